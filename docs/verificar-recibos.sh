#!/bin/sh
# verificar-recibos.sh CORTE PADRON.json ACUSES.json: cuántos nodos firmaron que publican un corte,
# contados sin cotejo y sin creerle a nadie. CORTE es la carpeta de ese corte (corte.json y
# SHA256SUMS) en una cadena ya revisada con verificar.sh; PADRON.json, su oficial/padron.json;
# ACUSES.json, lo que publica el Instituto en recibos/FASE/NÚMERO.json.
# Termina en 0 si todo acuse es bueno (aunque falten nodos), en 1 si alguno no lo es o es de otro
# corte con ese número, en 2 si se llamó mal, en 3 si no se sabe.
set -eu; export LC_ALL=C
[ $# -eq 3 ] || { echo "uso: sh $0 CORTE PADRON.json ACUSES.json" >&2; exit 2; }
C=${1%/}; P=$2; A=$3; FIN=$(printf '\001'); CR=$(printf '\r'); CULPA=no; MALOS=0
# Solo «mal» acusa. Cualquier otro tropiezo (un programa, el disco) es que no se sabe.
T=$(mktemp -d) || exit 3
trap 'e=$?; rm -rf "$T"; [ $e = 0 ] || [ $CULPA = si ] || e=3; exit $e' EXIT
no_se_sabe() { echo "NO SE SABE: $*" >&2; exit 3; }
mal() { head -c 1048576 /dev/zero >"$T/lugar" || no_se_sabe "el disco de trabajo está lleno"
  CULPA=si; echo "NO ES AUTÉNTICO: $*" >&2; exit 1; }
hay() { command -v "$1" >/dev/null 2>&1; }
for p in ssh-keygen awk sed grep od wc; do hay $p || no_se_sabe "falta $p"; done
if hay sha256sum; then HASH=sha256sum; elif hay shasum; then HASH='shasum -a 256'
elif hay openssl; then HASH='openssl dgst -sha256 -r'; else no_se_sabe "falta sha256sum"; fi
BASE64='base64 -d'; hay base64 || BASE64='openssl base64 -d -A'
hash() { set -- "$($HASH <"$1")"; echo "${1%% *}"; }; medir() { BYTES=$(($(wc -c <"$1"))); }
hexadecimal() { od -An -v -tx1 | tr -d ' \n'; }
# La forma: un documento se escribe, byte por byte, de una sola manera, como en verificar.sh.
ACUSE='{~  "type": "cotejo/acuse",~  "format": 1,~  "election": "@W",~  "phase": "@W",~'\
'  "number": [1-9][0-9]{0,14},~  "corte": "@H",~  "difusor": "@W",~  "node": "@W",~'\
'  "received_at": "@F",~  "admitted_at": "@F",~  "published_at": (null|"@F")~}~'
NODO='~        {~          "name": "@W",~          "acuse_key": "@K"~        },?'
DIFUSOR='~    {~      "name": "@W",~      "title": @T,~      "url": "@U",~'\
'      "logo": (null|"@U"),~      "nodes": \[('$NODO')+~      ]~    },?'
PADRON='{~  "type": "cotejo/padron",~  "format": 1,~  "election": "@W",~'\
'  "institute": (null|"@U"),~  "difusores": \[(]|('$DIFUSOR')+~  ])~}~'
FIRMA="-----BEGIN SSH SIGNATURE-----~([A-Za-z0-9+/=]{1,76}~)+-----END SSH SIGNATURE-----~($CR?~)*"
modelo() { printf %s "$2" | sed 's/@H/[0-9a-f]{64}/g; s/@W/[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?/g
    s/@K/ssh-ed25519 [A-Za-z0-9+\/]{68}/g; s/@T/"([^"\\[:cntrl:]]|\\\\["\\])*"/g
    s/@U/[^"\\[:cntrl:]]+/g; s/{~/[{]~/g
    s/@F/[0-9]{4}(-[0-9]{2}){2}T[0-9:]{8}[+-][0-9:]{5}/g' | tr '~' "$FIN" >"$T/modelo-$1"; }
casa() { tr '\n\000\001' '\001\177\177' <"$1" | grep -Eqx -f "$T/modelo-$2"; }
dato() { vez=${3:-1}; while IFS= read -r r; do case ${r#"${r%%[! ]*}"} in
    "\"$2\": "*) vez=$((vez - 1)); [ $vez -gt 0 ] || break ;; esac; done <"$1"
  [ $vez -gt 0 ] || { r=${r#*: }; r=${r%,}; r=${r#\"}; echo "${r%\"}"; }; }
# horas: falso si alguna de las que se le dan no existe.
horas() { awk -F '[-T:+]' '{ y = $1 + 0; m = $2 + 0; d = $3 + 0
    max = substr("312831303130313130313031", 2 * m - 1, 2)
    if (m == 2 && y % 4 == 0 && (y % 100 || y % 400 == 0)) max = 29
    if (m < 1 || m > 12 || d < 1 || d > max + 0 || $4 > 23 || $5 > 59 || $6 > 59 || $7 > 23 ||
      $8 > 59 || /-00:00$/) exit 1 }'; }
# firma NOMBRE LLAVE FIRMA ARCHIVO: la que ve ssh-keygen y, además, con S menor que L.
firma() { echo "$1 $2" >"$T/llave"
  ssh-keygen -Y verify -f "$T/llave" -I "$1" -n acuse@cotejo -s "$3" <"$4" >/dev/null 2>&1 &&
    case $x in *0?) ;; *) false ;; esac; }
# 1. El corte y su padrón: la lista es la que el corte mide, y el padrón es el de la lista.
revisar_corte() {
  for f in "$C/corte.json" "$C/SHA256SUMS" "$P"; do
    [ -f "$f" ] && [ -r "$f" ] || no_se_sabe "no se puede leer $f"; done
  [ "$(hash "$C/SHA256SUMS")" = "$(dato "$C/corte.json" sha256 2)" ] ||
    mal "SHA256SUMS no es el que firmó el Instituto"
  grep -qx "$(hash "$P")  oficial/padron.json" "$C/SHA256SUMS" || mal "$P no es el padrón del corte"
  casa "$P" padron || no_se_sabe "el padrón de este corte está mal formado"
  [ "$(dato "$P" election)" = "$(dato "$C/corte.json" election)" ] || no_se_sabe "es otro padrón"
  H=$(hash "$C/corte.json"); DE="$(dato "$C/corte.json" election) $(dato "$C/corte.json" phase)"
  DE="$DE $(dato "$C/corte.json" number)"
  awk '{ gsub(/[",]/, "") } /^      name: /  { d = $2 } /^          name: / { n = $2 }
    /^          acuse_key: / { print $2, $3, d, n }' "$P" >"$T/nodos"
  : >"$T/llaves"; while read -r t l d n; do
    echo "$(echo "$l" | $BASE64 | hexadecimal) $t $l $d $n" >>"$T/llaves"; done <"$T/nodos"; }
# 2. Los acuses, uno por renglón; el mismo dos veces cuenta una.
separar() {
  [ -f "$A" ] || no_se_sabe "aquí no hay acuses de este corte: $A"
  [ -r "$A" ] || no_se_sabe "no se puede leer $A"
  head -c 8388609 "$A" >"$T/a"; medir "$T/a"; [ $BYTES -le 8388608 ] || mal "$A es demasiado grande"
  t='"([] !#-[^-~]|\\["\\nr])*"'; : >"$T/uno"
  [ "$(hash "$T/a")" != "$(printf '[]\n' >"$T/v"; hash "$T/v")" ] || return 0
  sed '1d;$d' "$T/a" >"$T/m"; N=$(($(wc -l <"$T/m")))
  [ "$(head -n 1 "$T/a")" = '[' ] && [ "$(tail -c 5 "$T/a" | hexadecimal)" = 225d0a5d0a ] &&
    [ $N -gt 0 ] &&
    [ "$(sed '$d' "$T/m" | grep -cEx "\[$t,$t\],")" = $((N - 1)) ] &&
    [ "$(sed -n '$p' "$T/m" | grep -cEx "\[$t,$t\]")" = 1 ] || mal "$A está mal formado"
  [ $N -le 4096 ] || mal "$A tiene demasiados acuses"
  awk '{ sub(/,$/, "") } !visto[$0]++ { print NR }' "$T/m" >"$T/uno"
  awk -v t="$T" '{ match($0, /^\["([^"\\]|\\.)*"/); a = substr($0, 3, RLENGTH - 3)
    s = substr($0, RLENGTH + 3); sub(/"\],?$/, "", s); guarda(a, NR ".json"); guarda(s, NR ".sig") }
    function guarda(x, f) { gsub(/\\\\/, "\001", x); gsub(/\\n/, "\n", x); gsub(/\\r/, "\r", x)
      gsub(/\\"/, "\"", x); printf "%s", x >(t "/" f); close(t "/" f) }' "$T/m"; }
# 3. Cada acuse vale lo que prueba su firma con una llave del padrón; si no, no dice nada de nadie.
malo() { MALOS=$((MALOS + 1))
  echo "acuse $1: $2; no prueba nada, tampoco contra quien nombra" >&2; }
revisar_acuse() { # NÚMERO
  a=$T/$1.json; s=$T/$1.sig; medir "$s"
  [ $BYTES -le 4096 ] && casa "$s" firma || { malo "$1" "su firma está mal formada"; return 0; }
  x=$(sed '/^-/d' "$s" | tr -d '\r\n' | $BASE64 2>/dev/null | hexadecimal)
  case ${#x}$x in 36453534853494700000001000000330000000b7373682d65643235353139*) ;; *) x= ;; esac
  case $x in *0000000c616375736540636f74656a6f0000000000000006736861353132000000530000000b*) ;;
    *) malo "$1" "su firma es de otra clase"; return 0 ;; esac
  k=$(echo "$x" | cut -c29-130); grep "^$k " "$T/llaves" >"$T/quien" ||
    { echo desconocida >>"$T/dicho"; return 0; }
  read -r k t l d n <"$T/quien"
  firma "$d/$n" "$t $l" "$s" "$a" || { malo "$1" "la firma no corresponde"; return 0; }
  casa "$a" acuse && sed -n 's/^ *"[a-z]*_at": "\(.*\)",*$/\1/p' "$a" | horas &&
    [ "$(dato "$a" election) $(dato "$a" phase) $(dato "$a" number)" = "$DE" ] &&
    [ "$(dato "$a" difusor)/$(dato "$a" node)" = "$d/$n" ] ||
    { malo "$1" "no es un acuse de este corte y de quien lo firma"; return 0; }
  if [ "$(dato "$a" corte)" != "$H" ]; then y=otro
  elif [ "$(dato "$a" published_at)" = null ]; then y=tiene; else y=publica; fi
  echo "$y $d/$n" >>"$T/dicho"; }
contar() { # un nodo que firmó también otro corte no cuenta, y quien firmó que publica, publica
  awk -v de="$DE" 'FILENAME == ARGV[1] { v[$2, $1] = 1; if ($1 == "desconocida") nadie++; next }
    { q = $3 "/" $4; todos++; if (!($3 in ds)) dt++; ds[$3]
      y = (q, "tiene") in v ? "tiene" : "falta"; if ((q, "publica") in v) y = "publica"
      if ((q, "otro") in v) y = "otro"
      lista[y] = lista[y] " " q; if (y == "publica") { si++; if (!($3 in con)) dc++; con[$3] } }
    END { split(de, p, " ")
      printf "%s, corte %s: %d de %d nodos, de %d de %d Difusores, ", p[2], p[3], si, todos, dc, dt
      print "firmaron que publican este corte"
      if ("falta" in lista) print "sin acuse:" lista["falta"]
      if ("tiene" in lista) print "lo tienen, y al firmar todavía no lo publicaban:" lista["tiene"]
      if (nadie) print "acuses con llaves que el padrón no tiene, y que no prueban nada: " nadie
      if ("otro" in lista) print "firmaron otro corte con ese número:" lista["otro"]
    }' "$T/dicho" "$T/nodos"; }
modelo firma "$FIRMA"; modelo acuse "$ACUSE"; modelo padron "$PADRON"
revisar_corte; separar; : >"$T/dicho"
while read -r i; do revisar_acuse "$i"; done <"$T/uno"
contar
[ $MALOS = 0 ] || mal "acuses que no son lo que deben ser: $MALOS"
! grep -q '^otro ' "$T/dicho" || mal "hay acuses de dos cortes con el mismo número"

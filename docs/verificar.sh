#!/bin/sh
# verificar.sh CADENA ANCLA.json: revisa toda una cadena de cortes sin cotejo; CADENA es una carpeta o una dirección http(s).
# Con ssh-keygen, sha256sum, tar, curl y los programas de texto de siempre. Termina en 0 (auténtica), 1 (no) o 3 (no se sabe).
set -eu; export LC_ALL=C; C=${1%/}; ANCLA=$2; NL=$(printf '\001'); T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
mal() { echo "NO ES AUTÉNTICO: $*" >&2; exit 1; }
traer() { # RUTA DESTINO LÍMITE: trae un archivo de la cadena, nunca más bytes que su límite; falso si no existe
  rm -f "$2"; case $C in
    http://* | https://*) { e=0; curl -fsS --max-time 3600 -Y 100 -y 20 "$C/$1" 2>"$T/error" || e=$?; echo $e >"$T/e"; } | head -c $(($3 + 1)) >"$2"
      case $(cat "$T/e") in 0 | 23) ;; *) rm "$2"; grep -qE ' (404|410)' "$T/error" && return 1; cat "$T/error" >&2; exit 3 ;; esac ;;
    *) [ -e "$C/$1" ] || [ -L "$C/$1" ] || return 1; [ -f "$C/$1" ] && [ ! -L "$C/$1" ] || mal "$1 no es un archivo"; head -c $(($3 + 1)) "$C/$1" >"$2" ;;
  esac; [ "$(wc -c <"$2")" -le "$3" ] || mal "$1 es demasiado grande"; }
forma() { # ARCHIVO MODELO: está escrito, byte por byte, en su única forma (en el modelo ~ es un fin de línea y @ una clase de valor)
  ! grep -q "$NL" "$1" && tr '\n' "$NL" <"$1" | grep -Eqx "$(echo "$2" | sed "s/@M/{~    \"sha256\": \"@H\",~    \"bytes\": @N,~    \"files\": @N,~    \"content_bytes\": @N~  }/g
    s/@H/[0-9a-f]{64}/g; s/@N/(0|[1-9][0-9]{0,14})/g; s/@W/[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?/g; s/@K/ssh-ed25519 [A-Za-z0-9+\/]{68}/g
    s/@T/\"([^\"\\\\[:cntrl:]]|\\\\[\"\\\\])*\"/g; s/@F/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[+-][0-9:]{5}/g; s/~/$NL/g")"; }
CORTE='{~  "type": "cotejo/corte",~  "format": 1,~  "election": "@W",~  "phase": "@W",~  "number": @N,~  "previous": (null|"@H"),~  "trust": {~    "version": @N,~    "sha256": "@H"~  },~  "taken_at": "@F",~  "final": (true|false),~  "note": (null|@T),~  "manifest": @M,~  "package": @M~}~'
TRUST='{~  "type": "cotejo/trust",~  "format": 1,~  "version": @N,~  "previous": (null|"@H"),~  "election": "@W",~  "title": @T,~  "issued_at": "@F",~  "expires_at": "@F",~  "threshold": [1-9][0-9]?,~  "custodians": \[(~    {~      "name": "@W",~      "key": "@K"~    },?)+~  ],~  "signers": \[(]|(~    {~      "name": "@W",~      "key": "@K",~      "phase": "@W",~      "first": @N,~      "last": (null|@N)~    },?)+~  ]),~  "phases": \[(]|(~    {~      "name": "@W",~      "kind": "(oficial|simulacro)",~      "opens_at": "@F",~      "closes_at": "@F",~      "period_seconds": @N,~      "missed_limit": @N,~      "grace_seconds": @N~    },?)+~  ])~}~'
dato() { sed -n "s/^ *\"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$1" | sed -n "${3:-1}p"; } # ARCHIVO MIEMBRO [VEZ]: su valor
lista() { # DOCUMENTO LISTA: una línea por elemento, con sus valores separados por espacios
  sed -n "/^  \"$2\"/,/^  ]/p" "$1" | tr -d ' ,"\n' | sed 's/{name:/\n/g; s/key:ssh-ed25519/ ssh-ed25519 /g; s/\(phase\|first\|last\|kind\|opens_at\|closes_at\|period_seconds\):/ /g; s/[]}]//g' | sed 1d; echo; }
hash() { sha256sum <"$1" | cut -c1-64; }; segundos() { date -d "$1" +%s 2>/dev/null || mal "no es una hora: $1"; }
firma() { # NOMBRE LLAVE USO FIRMA ARCHIVO: además de lo que ve ssh-keygen, que S sea menor que L (si no, otra firma también "vale")
  sed '/^-/d' "$4" | base64 -d 2>/dev/null | tail -c 1 | od -An -tx1 | grep -q ' 0' || return 1
  echo "$1 $2" >"$T/llave"; ssh-keygen -Y verify -f "$T/llave" -I "$1" -n "$3" -s "$4" <"$5" >/dev/null 2>&1; }
umbral() { # DOCUMENTO QUIENES FIRMA…: lo firmaron bastantes custodios de QUIENES, contados por su llave
  d=$1; q=$2; k=0; shift 2; lista "$q" custodians >"$T/l"
  while read -r n t l; do for s in ${n:+"$@"}; do ! firma "$n" "$t $l" trust@cotejo "$s" "$d" || { k=$((k + 1)); break; }; done; done <"$T/l"
  [ "$k" -ge "$(dato "$q" threshold)" ] || mal "el documento de confianza $v está firmado por $k custodios"; }
sano() { forma "$1" "$TRUST" && [ -z "$(grep -o 'ssh-ed25519 [^"]*' "$1" | sort | uniq -d)" ] || mal "el documento de confianza $v está mal formado"; }
# 1. La confianza, del ancla hacia adelante: cada documento firmado por los custodios de antes y por los suyos (y hacia atrás por hash).
v=$(dato "$ANCLA" version); A=$v; D=$T/t$v; cp "$ANCLA" "$D"; sano "$D"; umbral "$D" "$D" "$ANCLA".*.sig
! traer "trust/$v.json" "$T/x" 65536 || cmp -s "$T/x" "$D" || mal "esta cadena tiene otro documento de confianza $v"
while v=$((v + 1)); traer "trust/$v.json" "$T/t$v" 65536; do P=$D; D=$T/t$v; sano "$D"; rm -f "$T"/s.*
  [ "$(dato "$D" version) $(dato "$D" previous) $(dato "$D" election)" = "$v $(hash "$P") $(dato "$P" election)" ] && [ "$(segundos "$(dato "$D" issued_at)")" -ge "$(segundos "$(dato "$P" issued_at)")" ] || mal "el documento de confianza $v no sigue al anterior"
  for n in $( (lista "$P" custodians; lista "$D" custodians) | cut -d' ' -f1); do traer "trust/$v.json.$n.sig" "$T/s.$n" 4096 || :; done; umbral "$D" "$P" "$T"/s.*; umbral "$D" "$D" "$T"/s.*
  lista "$D" signers >"$T/n"; lista "$P" signers | awk 'NR == FNR { u[$1 " " $3 " " $4 " " $5] = $6; next } NF { k = $1 " " $3 " " $4 " " $5; if (!(k in u) || $6 != "null" && (u[k] == "null" || u[k] + 0 > $6 + 0)) exit 1 }' "$T/n" - || mal "el documento de confianza $v olvida o cambia a un firmante"
  lista "$D" phases | cut -d' ' -f1,2 >"$T/n"; [ -z "$(lista "$P" phases | cut -d' ' -f1,2 | grep -vxF -f "$T/n")" ] || mal "el documento de confianza $v olvida una fase"; done
while A=$((A - 1)); [ $A -gt 0 ] && traer "trust/$A.json" "$T/t$A" 65536; do [ "$(hash "$T/t$A")" = "$(dato "$T/t$((A + 1))" previous)" ] || mal "trust/$A.json es otro"; done
# 2. Los cortes de cada fase, del 1 al primero que no está: firma, forma, lugar, confianza, hora, manifiesto, paquete y contenido.
traer index.json "$T/indice" 65536 || : >"$T/indice"; lista "$D" phases >"$T/fases"; lista "$D" signers >"$T/firmantes"; c=$T/corte.json; m=$T/SHA256SUMS; g=$T/corte.tar.gz
while read -r fase clase abre cierra resto; do [ -n "$fase" ] || continue; i=1; prev=null; hora=0; tv=0; final=false; echo - >"$m"; : >"$T/medidas"
  while R=$fase/$(printf %06d $i); traer "$R/corte.json" "$c" 65536; do traer "$R/corte.json.sig" "$T/sig" 4096 || mal "$R no tiene firma"; quien=; mv "$m" "$m.antes"
    while read -r n t l p f u; do [ "$p" != "$fase" ] || [ "$i" -lt "$f" ] || { [ "$u" != null ] && [ "$i" -gt "$u" ]; } || ! firma "$n" "$t $l" corte@cotejo "$T/sig" "$c" || quien=$n; done <"$T/firmantes"
    [ -n "$quien" ] || mal "$R: nadie que pueda firmarlo lo firmó"; forma "$c" "$CORTE" || mal "$R/corte.json está mal formado"
    w=$(dato "$c" version); h=$(segundos "$(dato "$c" taken_at)")
    [ "$(dato "$c" election) $(dato "$c" phase) $(dato "$c" number) $(dato "$c" previous) $final" = "$(dato "$D" election) $fase $i $prev false" ] || mal "$R no sigue al corte anterior"
    [ -f "$T/t$w" ] && [ "$w" -ge $tv ] && [ "$(dato "$c" sha256)" = "$(hash "$T/t$w")" ] || mal "$R nombra otro documento de confianza"
    [ "$h" -gt "$hora" ] && [ "$h" -le "$(segundos "$cierra")" ] || mal "$R: su hora no está después de la anterior o dentro de la fase"
    traer "$R/SHA256SUMS" "$m" 16777216 && traer "$R/corte.tar.gz" "$g" "$(dato "$c" bytes 2)" || mal "$R está incompleto"
    [ "$(hash "$m") $(wc -c <"$m") $(wc -l <"$m")" = "$(dato "$c" sha256 2) $(dato "$c" bytes) $(dato "$c" files)" ] || mal "$R/SHA256SUMS no es el firmado"
    cut -c67- "$m" | sort -uC && ! grep -Evq '^[0-9a-f]{64}  ([^/ -]|[^/ -][^/]*[^/ .])(/([^/ -]|[^/ -][^/]*[^/ .]))*$' "$m" && ! grep -Eq '[[:cntrl:]\]|[ /]\.(/|$)' "$m" || mal "$R/SHA256SUMS está mal formado"
    [ "$(hash "$g") $(wc -c <"$g")" = "$(dato "$c" sha256 3) $(dato "$c" bytes 2)" ] || mal "$R/corte.tar.gz no es el firmado"
    awk 'NR == FNR { v[$1] = 1; next } !v[$1]++' "$m.antes" "$m" >"$T/nuevos"; cut -c67- "$T/nuevos" >"$T/nombres"; rm -rf "$T/x"; mkdir "$T/x"
    [ "$(gzip -dc "$g" | tail -c 1024 | tr -d '\0' | wc -c)" = 0 ] && tar --quoting-style=literal -tzf "$g" 2>&1 | cmp -s - "$T/nombres" && ! tar -tvzf "$g" | grep -qv '^-' && tar -xzf "$g" -C "$T/x" || mal "$R/corte.tar.gz no trae lo que debe"
    [ ! -s "$T/nuevos" ] || (cd "$T/x" && sha256sum -c --strict --quiet "$T/nuevos" >/dev/null 2>&1) || mal "$R: un contenido no es el firmado"
    while IFS= read -r l; do echo "${l%% *} $(wc -c <"$T/x/${l#*  }")"; done <"$T/nuevos" >>"$T/medidas"
    [ "$(awk 'FILENAME != ARGV[2] { t[$1] = $2; next } { s += t[$1] } END { printf "%.0f", s }' "$T/medidas" "$m")" = "$(dato "$c" content_bytes)" ] || mal "$R: los tamaños no suman"
    final=$(dato "$c" final); prev=$(hash "$c"); hora=$h; tv=$w; i=$((i + 1)); done
  dice=$(tr -d ' \n' <"$T/indice" | sed -n "s/.*\"$fase\":{\"number\":\([0-9]\{1,6\}\),.*/\1/p"); [ "${dice:-0}" -le $i ] || ! traer "$fase/$(printf %06d "$dice")/corte.json" "$T/x.json" 65536 || mal "falta el corte $i de $fase"
  echo "$fase: $((i - 1)) cortes auténticos; el último, $prev"; done <"$T/fases"

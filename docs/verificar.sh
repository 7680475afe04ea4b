#!/bin/sh
# verificar.sh CADENA ANCLA.json: revisa toda una cadena de cortes sin cotejo y sin creerle a nadie.
# CADENA es una carpeta o una dirección http(s); ANCLA.json, un documento de confianza ya comparado
# con el publicado, con sus firmas a un lado (ANCLA.json.NOMBRE.sig).
# Termina en 0 si es auténtica, en 1 si algo no lo es, en 2 si se llamó mal, en 3 si no se sabe.
set -eu; export LC_ALL=C; [ $# -eq 2 ] || { echo "uso: sh $0 CADENA ANCLA.json" >&2; exit 2; }
C=${1%/}; ANCLA=$2; FIN=$(printf '\001'); CR=$(printf '\r'); CULPA=no; HAY=no
# Solo «mal» acusa. Cualquier otro tropiezo (un programa, el disco, la red) es que no se sabe.
T=$(mktemp -d) || exit 3
trap 'e=$?; rm -rf "$T"; [ $e = 0 ] || [ $CULPA = si ] || e=3; exit $e' EXIT
no_se_sabe() { echo "NO SE SABE: $*" >&2; exit 3; }
mal() { head -c 1048576 /dev/zero >"$T/lugar" || no_se_sabe "el disco de trabajo está lleno"
  CULPA=si; echo "NO ES AUTÉNTICO: $*" >&2; exit 1; }
# Los programas: los que cambian de una máquina a otra se eligen, y se prueban con algo bueno.
hay() { command -v "$1" >/dev/null 2>&1; }
for p in ssh-keygen tar gzip awk sed grep od cmp sort; do hay $p || no_se_sabe "falta $p"; done
case $C in http*://*) LUGAR=red; hay curl || no_se_sabe "falta curl" ;; *) LUGAR=carpeta ;; esac
if hay sha256sum; then HASH=sha256sum; elif hay shasum; then HASH='shasum -a 256'
elif hay openssl; then HASH='openssl dgst -sha256 -r'; else no_se_sabe "falta sha256sum"; fi
BASE64='base64 -d'; hay base64 || BASE64='openssl base64 -d -A'
case $(tar --version 2>&1) in *GNU*) LITERAL='--quoting-style=literal -i' ;; *) LITERAL= ;; esac
hash() { set -- "$($HASH <"$1")"; echo "${1%% *}"; }; medir() { BYTES=$(($(wc -c <"$1"))); }
probar_programas() { modelo firma "$FIRMA"; cd "$T"; printf 'cotejo\n' >p
  ssh-keygen -q -t ed25519 -N '' -f k || exit 3
  ssh-keygen -q -Y sign -f k -n x p 2>/dev/null && firma p "$(cut -d' ' -f1,2 k.pub)" x p.sig p ||
    no_se_sabe "ssh-keygen no sabe comprobar firmas: hace falta OpenSSH 8.1 o posterior"
  [ "$(hash p | cut -c1-12) $(echo 2018-07-02T00:10:00-05:00 | segundos)" = \
    '70d853dec43f 1530508200' ] || no_se_sabe "falla $HASH o awk"
  [ "$(tar -czf p.z p && tar $LITERAL -tzf p.z)" = p ] || no_se_sabe "falla tar"; cd "$OLDPWD"; }
traer() { # RUTA DESTINO LÍMITE [dudoso]: falso si no está, o si no sirve y de él no depende nada
  de_la_$LUGAR "$@" || { rm -f "$2"; return 1; }; medir "$2"
  [ $BYTES -le "$3" ] || no_sirve "$1" "$2" "${4-}" 'es demasiado grande'; }
no_sirve() { [ "$3" = dudoso ] || mal "$1 $4"; rm -f "$2"; return 1; }
de_la_carpeta() { f=$C/$1; d=${f%/*}
  [ ! -e "$d" ] || { [ -d "$d" ] && [ -x "$d" ]; } || no_se_sabe "no se lee la carpeta $d"
  [ -e "$f" ] || [ -L "$f" ] || return 1
  [ -f "$f" ] && [ ! -L "$f" ] || no_sirve "$1" "$2" "${4-}" 'no es un archivo' || return 1
  head -c $(($3 + 1)) "$f" >"$2" || no_se_sabe "no se pudo leer $1"; }
de_la_red() { : >"$T/cabeza"
  { e=0; curl -sS --max-time 3600 -Y 100 -y 20 -D "$T/cabeza" "$C/$1" 2>"$T/error" || e=$?
    echo $e >"$T/salida"; } | head -c $(($3 + 1)) >"$2" || no_se_sabe "no se pudo guardar $1"
  case $(cat "$T/salida") in 0 | 23) ;; *) no_se_sabe "$1: $(cat "$T/error")" ;; esac
  estado=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$T/cabeza" | tail -n 1)
  [ "$estado" != 200 ] || case $1:$(grep -i '^content-encoding:' "$T/cabeza" | tr -d ' \r') in
    *: | *:*:identity | *.gz:*[:-]gzip) ;; *) no_se_sabe "el servidor comprime $1" ;; esac
  case $estado in 200) [ $NADA != 200 ] || ! es_pagina "$2" ;; "$NADA" | 404 | 410) return 1 ;;
    3??) no_se_sabe "el servidor manda a otra dirección: $(grep -i '^location:' "$T/cabeza")" ;;
    *) no_se_sabe "el servidor contesta $estado por $1" ;; esac; }
es_pagina() { head -c 256 "$1" | tr -d ' \t\r\n\357\273\277' | grep -Eiq '^<(!doctype)?html'; }
# Por lo que no tiene, un servidor contesta 404, o 403, o una página: como por lo que nadie tiene.
probar_red() { NADA=403; de_la_red trust/0.json "$T/x" 65536 || :; NADA=$estado; : >"$T/hay"; }
# La forma: un documento se escribe, byte por byte, de una sola manera. En los modelos ~ es el fin
# de un renglón, @N un número, @H un código de integridad, @W un nombre, @K una llave, @F una hora y
# @T un texto, donde la comilla y la diagonal invertida llevan otra diagonal invertida delante.
# LETRA es lo que no es ASCII: bien escrito en UTF-8, y ningún carácter de control.
ALTO=$(printf '[\200-\277]'); LETRA=$(printf '\302[\240-\277]|[\303-\337]A|\340[\240-\277]A|'\
'[\341-\354\356\357]A{2}|\355[\200-\237]A|\360[\220-\277]A{2}|[\361-\363]A{3}|\364[\200-\217]A{2}' |
  sed "s/A/$ALTO/g")
MEDIDA='{~    "sha256": "@H",~    "bytes": @N,~    "files": @N,~    "content_bytes": @N~  }'
CORTE='{~  "type": "cotejo/corte",~  "format": 1,~  "election": "@W",~  "phase": "@W",~'\
'  "number": @N,~  "previous": (null|"@H"),~  "trust": {~    "version": @N,~    "sha256": "@H"~'\
'  },~  "taken_at": "@F",~  "final": (true|false),~  "note": (null|@T),~  "manifest": '\
$MEDIDA',~  "package": '$MEDIDA'~}~'
QUIEN='~    {~      "name": "@W"@I"key": "@K"'; CUSTODIO=$QUIEN'~    },?'
FIRMANTE=$QUIEN'@I"phase": "@W"@I"first": @N@I"last": (null|@N)~    },?'
FASE='~    {~      "name": "@W"@I"kind": "(oficial|simulacro)"@I"opens_at": "@F"'\
'@I"closes_at": "@F"@I"period_seconds": @N@I"missed_limit": @N@I"grace_seconds": @N~    },?'
TRUST='{~  "type": "cotejo/trust",~  "format": 1,~  "version": @N,~  "previous": (null|"@H"),~'\
'  "election": "@W",~  "title": @T,~  "issued_at": "@F",~  "expires_at": "@F",~'\
'  "threshold": [1-9][0-9]?,~  "custodians": \[('$CUSTODIO')+~  ],~'\
'  "signers": \[(]|('$FIRMANTE')+~  ]),~  "phases": \[(]|('$FASE')+~  ])~}~'
modelo() { printf %s "$2" | sed 's/@I/,~      /g; s/@H/[0-9a-f]{64}/g; s/@N/(0|[1-9][0-9]{0,14})/g
    s/@W/[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?/g; s/@K/ssh-ed25519 [A-Za-z0-9+\/]{68}/g
    s/@T/"([^"\\[:cntrl:]'"$(printf '\200-\377')"']|'"$LETRA"'|\\\\["\\])*"/g; s/{~/[{]~/g
    s/@F/[0-9]{4}(-@2){2}T@2:@2:@2[+-]@2:@2/g; s/@2/[0-9]{2}/g' | tr '~' "$FIN" >"$T/modelo-$1"; }
casa() { tr '\n\000\001' '\001\177\177' <"$1" | grep -Eqx -f "$T/modelo-$2"; }
forma() { casa "$@" && sed -n 's/^ *"[a-z]*_at": "\(.*\)",*$/\1/p' "$1" | segundos >"$T/segundos"; }
# dato ARCHIVO MIEMBRO [VEZ]: un valor. lista DOCUMENTO LISTA: un renglón por elemento.
dato() { vez=${3:-1}; while IFS= read -r r; do case ${r#"${r%%[! ]*}"} in
    "\"$2\": "*) vez=$((vez - 1)); [ $vez -gt 0 ] || break ;; esac; done <"$1"
  [ $vez -gt 0 ] || { r=${r#*: }; r=${r%,}; r=${r#\"}; echo "${r%\"}"; }; }
lista() { sed -n "/^  \"$2\": \[\$/,/^  ]/p" "$1" | awk '/^    }/ { print f; f = "" }
  /^      "/ { sub(/^ *"[a-z_]*": /, ""); gsub(/[",]/, ""); f = f (f == "" ? "" : " ") $0 }'; }
# segundos: de cada hora que se le da, cuántos van desde 1970; falso si alguna no existe.
segundos() { awk -F '[-T:+]' '{ y = $1 + 0; m = $2 + 0; d = $3 + 0
    max = substr("312831303130313130313031", 2 * m - 1, 2)
    if (m == 2 && y % 4 == 0 && (y % 100 || y % 400 == 0)) max = 29
    if (d < 1 || d > max + 0 || $4 > 23 || $5 > 59 || $6 > 59 || $7 > 23 || $8 > 59 || /-00:00$/)
      exit 1
    y -= m < 3; dias = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) - 719469 + d
    dias += int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5)
    lejos = ($7 * 60 + $8) * 60; if (substr($0, 20, 1) == "-") lejos = -lejos
    printf "%.0f\n", dias * 86400 + $4 * 3600 + $5 * 60 + $6 - lejos }'; }
# firma NOMBRE LLAVE USO FIRMA ARCHIVO: la que ve ssh-keygen y, además, hecha con sha512, sin nada
# de más, y con S menor que L (su último byte es menor que 16; si no, otra firma también «vale»).
FIRMA="-----BEGIN SSH SIGNATURE-----~([A-Za-z0-9+/=]{1,76}~)+-----END SSH SIGNATURE-----~($CR?~)*"
firma() { [ -f "$4" ] && medir "$4" && [ $BYTES -le 4096 ] && casa "$4" firma || return 1
  echo "$1 $2" >"$T/llave"
  ssh-keygen -Y verify -f "$T/llave" -I "$1" -n "$3" -s "$4" <"$5" >/dev/null 2>&1 || return 1
  x=$(sed '/^-/d' "$4" | tr -d '\r\n' | $BASE64 2>/dev/null | od -An -v -tx1 | tr -d ' \n')
  [ ${#x} = $((340 + 2 * ${#3})) ] && case $x in *00067368613531320000005*0?) ;; *) false ;; esac; }
# 1. La confianza, del ancla hacia adelante: cada documento sigue al anterior y lo firman bastantes
# custodios del anterior y bastantes de los suyos, contados por su llave; hacia atrás, por código.
sano() { forma "$1" trust && [ "$(dato "$1" version)" -le 256 ] &&
  awk 'NR % 2 { x = $1; next } $1 <= x { exit 1 }' "$T/segundos" &&
  for x in custodians signers phases; do lista "$1" $x; done | awk '{ x += v[NF, $1]++; t[NF]++ }
    NF < 7 { x += v[$3]++ } NF == 7 { fase[$1]; x += $1 == "trust" || !$5 || !$6 }
    NF == 6 { de[$4]; x += $5 < 1 || $6 != "null" && $6 < $5 - 1 }
    END { for (d in de) x += !(d in fase); exit x || t[3] > 16 || t[6] > 64 || t[7] > 16 }'; }
umbral() { # DOCUMENTO QUIENES FIRMA…
  doc=$1; faltan=$(dato "$2" threshold); lista "$2" custodians >"$T/custodios"; shift 2
  while read -r n t l; do for s in "$@"; do ! firma "$n" "$t $l" trust@cotejo "$s" "$doc" ||
    { faltan=$((faltan - 1)); break; }; done; done <"$T/custodios"; [ $faltan -le 0 ]; }
nada_se_olvida() { # ANTES AHORA: ninguna fase cambia; un firmante solo puede perder sus últimos
  for x in "$2" "$1"; do lista "$x" signers; lista "$x" phases; echo; done | awk '
    { k = NF == 6 ? $1 " " $3 " " $4 " " $5 : $1 " " $2; l = NF == 6 ? $6 : "null" }
    !NF { antes = 1; next } !antes { u[k] = l; next }
    !(k in u) || l != "null" && (u[k] == "null" || u[k] + 0 > l + 0) { exit 1 }'; }
revisar_confianza() { modelo trust "$TRUST"; modelo corte "$CORTE"; [ $LUGAR != red ] || probar_red
  [ -f "$ANCLA" ] && [ -r "$ANCLA" ] || no_se_sabe "no se puede leer el ancla $ANCLA"
  sano "$ANCLA" || no_se_sabe "el ancla no es un documento de confianza bien escrito"
  umbral "$ANCLA" "$ANCLA" "$ANCLA".*.sig || no_se_sabe "al ancla le faltan firmas de custodios"
  v=$(dato "$ANCLA" version); a=$v; D=$T/t$v; cp "$ANCLA" "$D"
  ! traer "trust/$v.json" "$T/x" 65536 || { HAY=si; cmp -s "$T/x" "$D"; } || mal "trust/$v es otro"
  while v=$((v + 1)); traer "trust/$v.json" "$T/t$v" 65536; do P=$D; D=$T/t$v; HAY=si; sigue; done
  while a=$((a - 1)); [ $a -gt 0 ] && traer "trust/$a.json" "$T/t$a" 65536; do
    [ "$(hash "$T/t$a")" = "$(dato "$T/t$((a + 1))" previous)" ] || mal "trust/$a es otro"; done; }
sigue() { # el documento D, a P
  de="el documento de confianza $v"; sano "$D" || mal "$de está mal formado"; rm -f "$T"/s.*
  [ "$(dato "$D" version) $(dato "$D" previous) $(dato "$D" election)" = \
    "$v $(hash "$P") $(dato "$P" election)" ] &&
    [ "$(dato "$D" issued_at | segundos)" -ge "$(dato "$P" issued_at | segundos)" ] ||
    mal "$de no sigue al anterior"
  [ $LUGAR = red ] || ls "$C/trust" >"$T/hay" || no_se_sabe "no se lee la carpeta $C/trust"
  # Una llave que se renueva bajo el mismo nombre firma todavía con el nombre terminado en -v1, -v2…
  for n in $(lista "$D" custodians | cut -d' ' -f1; lista "$P" custodians | awk -v x=-v$((v - 1)) '
    { f = substr($1, 1, 32 - length(x)); sub(/-?$/, x, f); print $1; print f }'
    sed -n "s/^$v\.json\.\([a-z0-9-]*\)\.sig\$/\1/p" "$T/hay" | head -n 64); do
    traer "trust/$v.json.$n.sig" "$T/s.$n" 4096 dudoso || :; done
  umbral "$D" "$P" "$T"/s.* && umbral "$D" "$D" "$T"/s.* || mal "$de no trae bastantes firmas"
  nada_se_olvida "$P" "$D" || mal "$de olvida o cambia a un firmante o una fase"; }
# 2. Los cortes de una fase, del 1 al primero que falta: su firma, forma, lugar, confianza y hora.
revisar_fase() { fase=$1; i=1; previo=null; hora=-99999999999; tv=0; final=false
  c=$T/corte.json; m=$T/SHA256SUMS; g=$T/corte.tar.gz; echo - >"$m"; : >"$T/medidas"; : >"$T/hay"
  [ $LUGAR = red ] || [ ! -e "$C/$fase" ] || ls "$C/$fase/." >"$T/hay" 2>/dev/null ||
    no_se_sabe "no se lee la carpeta $C/$fase"
  while R=$fase/$(printf %06d $i); traer "$R/corte.json" "$c" 65536; do
    mv "$m" "$m.antes"; HAY=si; revisar_corte; revisar_lista; revisar_paquete; revisar_contenido
    final=$(dato "$c" final); previo=$(hash "$c"); hora=$h; tv=$w; i=$((i + 1)); done
  dice=$(tr -d ' \n' <"$T/indice" | sed -n "s/.*\"$fase\":{\"number\":\([0-9]\{1,6\}\),.*/\1/p")
  [ "$dice" ] || ! grep -q '"phases"' "$T/indice" || dice=0
  [ "${dice:-$i}" -lt $i ] || ! traer "$R/corte.json.sig" "$T/sig" 4096 || mal "$R no está completo"
  x=$fase/$(printf %06d "${dice:-0}") hay=$(grep -Ex '[0-9]{6}' "$T/hay" | tail -n 1)
  if [ "${hay:-0}" -gt $i ] || { [ "${dice:-0}" -gt $i ] && traer "$x/corte.json" "$T/c" 65536 &&
    traer "$x/corte.json.sig" "$T/sig" 4096 && ! es_pagina "$T/c"; }; then
    mal "falta el corte $i de $fase"; fi
  echo "$fase: cortes auténticos: $((i - 1)); el último, $previo"; }
revisar_corte() { traer "$R/corte.json.sig" "$T/sig" 4096 || mal "$R no tiene firma"; quien=
  while read -r n t l f de a; do
    [ "$f" != "$fase" ] || [ $i -lt "$de" ] || { [ "$a" != null ] && [ $i -gt "$a" ]; } ||
      ! firma "$n" "$t $l" corte@cotejo "$T/sig" "$c" || { quien=$n; break; }; done <"$T/firmantes"
  [ -n "$quien" ] || mal "$R: nadie que pueda firmarlo lo firmó"
  forma "$c" corte && [ "$(sed -n 's/\\\(.\)/\1/g; s/^  "note": "\(.*\)",$/\1/p' "$c" |
    sed "s/$ALTO//g" | wc -c)" -le 501 ] || mal "$R/corte.json está mal formado"
  w=$(dato "$c" version); read -r h <"$T/segundos"
  [ "$(dato "$c" election) $(dato "$c" phase) $(dato "$c" number) $(dato "$c" previous) $final" = \
    "$(dato "$D" election) $fase $i $previo false" ] || mal "$R no sigue al corte anterior"
  [ -f "$T/t$w" ] && [ "$w" -ge $tv ] && [ "$(dato "$c" sha256)" = "$(hash "$T/t$w")" ] ||
    mal "$R nombra otro documento de confianza"
  [ "$w" = $tv ] || cierra=$(cierres "$w" | segundos | sort -n | tail -n 1)
  [ "$h" -gt "$hora" ] && [ "$h" -le "$cierra" ] || mal "$R: su hora no es de la fase o no sigue"; }
cierres() { # VERSIÓN: a qué hora cierra la fase, según cada documento desde ese
  for x in "$T"/t[1-9]*; do [ "${x##*/t}" -lt "$1" ] || lista "$x" phases; done |
    awk -v f="$fase" '$1 "" == f "" { print $4 }'; }
# 3. La lista es la que el corte mide, en orden y con rutas inofensivas. El paquete es el que el
# corte mide, y trae los archivos nuevos, en orden y ninguno más (-i: ni tras el final).
revisar_lista() {
  p='([^/ -]|[^/ -][^/]*[^/ .])'; x="$(dato "$c" sha256 2) $(dato "$c" bytes) $(dato "$c" files)"
  traer "$R/SHA256SUMS" "$m" 16777216 && [ "$(hash "$m") $BYTES $(($(wc -l <"$m")))" = "$x" ] ||
    mal "$R/SHA256SUMS falta o no es el firmado"
  cut -c67- "$m" | sort -uc 2>/dev/null && ! grep -Evq "^[0-9a-f]{64}  $p(/$p)*\$" "$m" &&
    ! grep -Eq '[\]|[ /]\.(/|$)' "$m" && ! grep -Evq "^([ -~]|$LETRA)*\$" "$m" &&
    [ -z "$(tail -c 1 "$m")" ] || mal "$R/SHA256SUMS está mal formado"
  cut -c67- "$m" | claras || mal "$R/SHA256SUMS trae rutas demasiado largas o que se confunden"; }
claras() { # ninguna es carpeta de otra, ni otra en minúsculas, ni trae el acento aparte de la letra
  awk '{ n = split($0, s, "/"); d = ""; l = tolower($0); a[$0]
    for (i = 1; i <= n; i++) { if (i < n) { d = d s[i]; e[d]; d = d "/" } x += length(s[i]) > 255 }
    if (/\303/) for (k = 128; k < 159; k++) if (k != 151)
      gsub(sprintf("\303%c", k), sprintf("\303%c", k + 32), l)
    x += n > 32 || length($0) > 1024 || v[l]++ ||
      /[AEIOUaeiou]\314[\200-\202\210]|[ANOano]\314\203|[Cc]\314\247/ }
    END { for (d in e) if (d in a) x++; exit x > 0 }'; }
revisar_paquete() { b=$(dato "$c" bytes 2); x="$(dato "$c" sha256 3) $b"
  traer "$R/corte.tar.gz" "$g" "$b" && [ "$(hash "$g") $BYTES" = "$x" ] ||
    mal "$R/corte.tar.gz falta o no es el firmado"
  awk 'NR == FNR { v[$1] = 1; next } !v[$1]++' "$m.antes" "$m" >"$T/nuevos"
  cut -c67- "$T/nuevos" >"$T/nombres"; rm -rf "$T/x"; mkdir "$T/x"
  [ "$(gzip -dc "$g" 2>&1 | tail -c 1024 | tr -d '\0' | wc -c)" -eq 0 ] &&
    tar $LITERAL -tzf "$g" >"$T/lista" 2>&1 || mal "$R/corte.tar.gz está mal formado"
  cmp -s "$T/lista" "$T/nombres" || [ -n "$LITERAL" ] || ! grep -q '[^ -~]' "$T/nombres" ||
    no_se_sabe "este tar no escribe los acentos tal cual: hace falta el de GNU"
  [ $(($(wc -l <"$T/nombres"))) = "$(dato "$c" files 2)" ] && cmp -s "$T/lista" "$T/nombres" &&
    ! tar -tvzf "$g" 2>/dev/null | grep -qv '^-' && tar -xzf "$g" -C "$T/x" 2>/dev/null ||
    mal "$R/corte.tar.gz no trae lo que debe"; }
# 4. Cada archivo nuevo tiene el código de integridad de la lista, y los tamaños de todos suman.
revisar_contenido() {
  (cd "$T/x" && find . -type f -exec $HASH {} +) | sed 's|^\(.\{64\}\) .\./|\1  |' >"$T/son"
  sort "$T/son" >"$T/a"; sort "$T/nuevos" | cmp -s - "$T/a" || mal "$R: un archivo es otro"
  (cd "$T/x" && find . -type f -exec wc -c {} +) | sed -n 's|^ *\([0-9]*\) \./|\1 |p' |
    awk 'NR == FNR { h[substr($0, 67)] = $1; next }
      { b = $1; sub(/^[0-9]* /, ""); print h[$0], b }' "$T/nuevos" - >>"$T/medidas"
  [ "$(suma "$m") $(suma "$T/nuevos")" = \
    "$(dato "$c" content_bytes) $(dato "$c" content_bytes 2)" ] || mal "$R: los tamaños no suman"; }
suma() { awk 'FILENAME != ARGV[2] { t[$1] = $2; next } { s += t[$1] } END { printf "%.0f", s }' \
  "$T/medidas" "$1"; }
probar_programas; [ $LUGAR = red ] || [ -x "$C/." ] || no_se_sabe "no hay carpeta $C"
revisar_confianza; lista "$D" phases >"$T/fases"; lista "$D" signers >"$T/firmantes"
traer index.json "$T/indice" 65536 dudoso || : >"$T/indice"
while read -r nombre resto; do revisar_fase "$nombre"; done <"$T/fases"
[ $HAY = si ] || no_se_sabe "aquí no hay ninguna cadena de cortes: $C"

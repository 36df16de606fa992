# JSON strings from any bytes, with od and awk alone. Sourced by agent.sh.

# stdin to a JSON string on stdout, in ASCII; bytes that are no UTF-8 become U+FFFD.
json_stdin() {
  od -An -v -tu1 | awk '
    BEGIN {
      for (i = 32; i < 127; i++) ascii[i] = sprintf("%c", i)
      ascii[34] = "\\\""; ascii[92] = "\\\\"; ascii[9] = "\\t"; ascii[10] = "\\n"; ascii[13] = "\\r"
      printf "\""
    }
    function text(code) {
      if (code in ascii) return ascii[code]
      if (code < 65536) return sprintf("\\u%04x", code)
      code -= 65536
      return sprintf("\\u%04x\\u%04x", 55296 + int(code / 1024), 56320 + code % 1024)
    }
    function sequence(byte) {
      if (byte < 128) return text(byte)
      if (byte >= 194 && byte < 224) { need = 1; low = 128; code = byte - 192; return "" }
      if (byte >= 224 && byte < 240) { need = 2; low = 2048; code = byte - 224; return "" }
      if (byte >= 240 && byte < 245) { need = 3; low = 65536; code = byte - 240; return "" }
      return text(65533)
    }
    function next_byte(byte) {
      if (need == 0) return sequence(byte)
      if (byte < 128 || byte > 191) { need = 0; return text(65533) sequence(byte) }
      code = code * 64 + byte - 128
      if (--need > 0) return ""
      if (code < low || code > 1114111 || (code >= 55296 && code <= 57343)) return text(65533)
      return text(code)
    }
    {
      out = ""
      for (i = 1; i <= NF; i++) out = out next_byte($i + 0)
      printf "%s", out
    }
    END { if (need > 0) printf "%s", text(65533); printf "\"" }'
}

# The argument as a JSON string; plain text takes no process.
json_string() {
  case $1 in
    *[!\ -~]* | *\"* | *\\*) printf '%s' "$1" | json_stdin ;;
    *) printf '"%s"' "$1" ;;
  esac
}

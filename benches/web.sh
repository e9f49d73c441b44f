# Sourced by scripts/bench: a CRM in a web server with the module in it, and loads from wrk.

phase "the CRM, its web server, and the module in it"
scratch_crm "$tcp"
direct=$(free_port 8787)
export PERFEX_BRIDGE_PERFEX_ROOT=$crm PERFEX_BRIDGE_PERFEX_BASE_URL=http://127.0.0.1:$web/
export PERFEX_BRIDGE_PERFEX_ENCRYPTION_KEY=$encryption_key
export PERFEX_BRIDGE_HTTP_LISTEN=127.0.0.1:$direct PERFEX_BRIDGE_HTTP_SOCKET=$scratch/http.sock
# The pages are measured, not how strangers are kept from asking too often.
export PERFEX_BRIDGE_LICENSING_REQUESTS_PER_NETWORK=1000000
bridge install >/dev/null
scratch_daemon
# As many PHP workers as Debian gives a site.
scratch_web 5

# A load: wrked CONNECTIONS SECONDS PATH-OR-URL [wrk's arguments]. In $rate a second; $p50 and $p99 in microseconds; $refused
# answers with another status than 2xx and 3xx.
wrked() {
    local connections=$1 seconds=$2 url=$3 said
    shift 3
    case $url in /*) url=http://127.0.0.1:$web$url ;; esac
    said=$(wrk -t1 -c"$connections" -d"${seconds}s" --latency "$@" "$url") || die "wrk failed: $url"
    rate=$(sed -nE 's/^Requests\/sec: +([0-9]+).*/\1/p' <<<"$said")
    p50=$(at_percent 50 <<<"$said") p99=$(at_percent 99 <<<"$said")
    refused=$(sed -nE 's/.*Non-2xx or 3xx responses: ([0-9]+).*/\1/p' <<<"$said")
    refused=${refused:-0}
}
at_percent() {
    awk -v percent="$1%" '$1 == percent { n = $2 + 0; if ($2 ~ /ms$/) n *= 1000; else if ($2 !~ /us$/) n *= 1000000; print int(n + 0.5) }'
}
all_taken() { [ "$refused" = 0 ] || die "$refused answers were no page: $1" "$scratch/php.log"; }
# Microseconds as milliseconds.
ms() { awk -v us="$1" 'BEGIN { printf "%.2f ms", us / 1000 }'; }
percent() { awk -v part="$1" -v whole="$2" 'BEGIN { printf "%.0f %%", 100 * part / whole }'; }
middle() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

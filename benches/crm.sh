# Sourced by scripts/bench: what the module costs the CRM.
#
#   forward     one connection; the public gateway's answer beside that of a plain controller that says the same text itself
#   hang        SIGSTOP of the daemon. Our pages' visitors: 20 connections that ask again 100 ms after each answer; the rest of
#               the site: 4 connections on a page of the CRM, at once again; from the moment when the daemon stops
#   proxy       nginx straight to the daemon, 32 connections, beside a file of the same size from the same nginx

phase "forward"
mkdir -p "$crm/modules/bench/controllers"
page=/api/keys.json
curl -sf "http://127.0.0.1:$web$page" >"$crm/assets/same.json" || die "the gateway does not answer" "$scratch/php.log"
cat >"$crm/modules/bench/controllers/Alone.php" <<'PHP'
<?php

class Alone extends CI_Controller
{
    public function index(): void
    {
        ob_end_clean();
        header('Content-Type: application/json');
        readfile(FCPATH . 'assets/same.json');
        exit;
    }
}
PHP
alone=() forward=()
for _ in 1 2 3 4 5; do
    wrked 1 2 /bench/alone; all_taken alone; alone+=("$p50")
    wrked 1 2 "$page"; all_taken forward; forward+=("$p50")
done
alone=$(middle "${alone[@]}") forward=$(middle "${forward[@]}")
row "forward through PHP, 1 connection" "p50 at most 1 ms more" \
    "$(ms $((forward - alone))) more (controller alone $(ms "$alone"), forward $(ms "$forward"))"

phase "a daemon that hangs"
cat >"$scratch/visitors.lua" <<'LUA'
function delay() return 100 end
LUA
# The CRM's own pages while visitors ask for ours: beside SECONDS
beside() {
    wrk -t1 -c20 -d"$1s" --timeout 30s -s "$scratch/visitors.lua" "http://127.0.0.1:$web$page" >"$scratch/visitors" &
    local visitors=$!
    wrked 4 "$1" /clients --timeout 30s
    all_taken "the CRM's own page"
    wait "$visitors"
}
span=$((seconds * 2))
beside "$span"
usual=$rate usual_p99=$p99
kill -STOP "$daemon"
beside "$span"
row "CRM pages with the daemon hanging, 5 workers" "at least 80 %" \
    "$(percent "$rate" "$usual") of $(grouped "$usual")/s (p99 $(ms "$p99") instead of $(ms "$usual_p99"))"
# What the visitors' last question found out is forgotten, as after a quiet hour.
rm -f "$crm".web/perfex_bridge_*
took() { curl -s -o /dev/null -w '%{time_total}' "$@" | awk '{ printf "%.0f", $1 * 1000000 }'; }
held=$(took "http://127.0.0.1:$web$page")
row "a worker held by a daemon that hangs" "at most 5 s" "$(ms "$held")"
run_sql "INSERT INTO tblsessions (id, ip_address, timestamp, data) VALUES (REPEAT('a', 32), '127.0.0.1', UNIX_TIMESTAMP(),
    'staff_user_id|s:1:\"1\";staff_logged_in|b:1;')"
pay() { took -b "sp_session=$(printf 'a%.0s' {1..32})" "http://127.0.0.1:$web/admin/payments/record/1/0.01"; }
stopped=$(pay)
kill -CONT "$daemon"
wait_for 10 is_ready || die "the daemon does not go on" "$scratch/daemon.log"
running=$(pay)
row "a payment recorded while the daemon hangs" "at most 1 s more" "$(ms $((stopped - running))) more ($(ms "$running") else)"

phase "proxy mode"
bridge proxy nginx >"$scratch/snippet"
sed '/^# 2\./,$d' "$scratch/snippet" >"$crm.web/bridge-http.conf"
sed -n '/^# 2\./,$p' "$scratch/snippet" >"$crm.web/bridge-server.conf"
kill -HUP "$(cat "$crm.web/nginx.pid")"
proxied() { ! curl -sI -X GET "http://127.0.0.1:$web$page" | grep -q csrf_cookie_name; }
wait_for 10 proxied || die "nginx does not take the snippet" "$crm.web/nginx.log"
files=() daemons=()
for _ in 1 2 3; do
    wrked 32 "$seconds" /assets/same.json; all_taken "a file"; files+=("$rate")
    wrked 32 "$seconds" "$page"; all_taken "proxy mode"; daemons+=("$rate")
done
file=$(middle "${files[@]}") rate=$(middle "${daemons[@]}")
row "proxy mode beside a file of $(stat -c %s "$crm/assets/same.json") bytes, 32 connections" "at least 50 %" \
    "$(percent "$rate" "$file"): $(grouped "$rate")/s of $(grouped "$file")/s"

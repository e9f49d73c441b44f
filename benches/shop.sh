# Sourced by scripts/bench: the shop's pages, straight from the daemon's address.
#
#   pages       32 connections, 200 products with a package each
#   checkout    forms that were opened by visitors of their own some seconds ago, sent by 2 connections, each of which becomes an
#               order with its invoice; then the same with a mail server that takes connections and says nothing
#   key         from `issued_at` of a license, which is when its transaction began, until the order's page shows the key
#   order list  nginx, PHP and daemon for a page of staff, one connection; orders as the copies of one; the same for the
#               dashboard

phase "a shop with 200 products"
export PERFEX_BRIDGE_SHOP_FORMS_PER_NETWORK=1000000 PERFEX_BRIDGE_SHOP_ORDERS_PER_MAILBOX=1000000
# Visitors come by a proxy, as far as the daemon is concerned; what counts is its own work.
halt
scratch_daemon
bridge product add --slug shop-1 --name 'Backup Pro 1' >/dev/null
bridge package add --product shop-1 --sku shop-1-1y --kind paid --price 49.00 --currency EUR --term 12m >/dev/null
run_sql "INSERT INTO tblpm_products (slug, name, state, created_at)
    SELECT CONCAT('shop-', s.seq), CONCAT('Backup Pro ', s.seq), p.state, p.created_at
    FROM tblpm_products p JOIN seq_2_to_200 s WHERE p.slug = 'shop-1';
    INSERT INTO tblpm_packages (product_id, sku, name, kind, price, currency, term, state, created_at)
    SELECT p.id, CONCAT(p.slug, '-1y'), k.name, k.kind, k.price, k.currency, k.term, k.state, k.created_at
    FROM tblpm_packages k JOIN tblpm_products p ON p.slug LIKE 'shop-%' AND p.slug <> 'shop-1' WHERE k.sku = 'shop-1-1y'"
shop=http://127.0.0.1:$direct/shop
sells() { curl -s "$shop/shop-200" | grep -q 'Backup Pro 200'; }
wait_for 30 sells || die "the shop does not show its products" "$scratch/daemon.log"
for page in "" /shop-77; do
    wrked 32 "$seconds" "$shop$page"; all_taken "/shop$page"
    row "/shop$page, 200 products, 32 connections" "5,000/s, p99 5 ms" "$(grouped "$rate")/s, p50 $(ms "$p50"), p99 $(ms "$p99")"
done

# Opens so many forms, and writes what sends them: forms COUNT
forms() {
    local count=$1 turn jar=$scratch/jar form=$scratch/form cookies ticket csrf
    echo "local forms = {" >"$scratch/forms.lua"
    for ((turn = 1; turn <= count; turn++)); do
        rm -f "$jar"
        curl -s -c "$jar" -o "$form" "$shop/checkout?package=shop-1-1y"
        cookies=$(awk '$6 ~ /^(__Host-)?(pm|perfex_bridge)_/ { printf "%s%s=%s", n++ ? "; " : "", $6, $7 }' "$jar")
        ticket=$(hidden ticket) csrf=$(hidden bridge_csrf)
        [ -n "$ticket" ] && [ -n "$csrf" ] || die "the checkout shows no form" "$scratch/daemon.log"
        echo "{ '$cookies', 'bridge_csrf=$csrf&ticket=$ticket&package=shop-1-1y&quantity=1&firstname=Eva&lastname=M&email=e$SECONDS-$turn@b$turn.example&company=&country=DE&vat_id=&website=&terms=1&waiver=1&step=order' },"
    done >>"$scratch/forms.lua"
    cat >>"$scratch/forms.lua" <<'LUA'
}
-- wrk asks for one request that it does not send.
local turn = -1
function request()
    turn = turn + 1
    local form = forms[math.max(1, math.min(turn, #forms))]
    return wrk.format("POST", "/shop/checkout", { ["Content-Type"] = "application/x-www-form-urlencoded", Cookie = form[1] }, form[2])
end
local answers = 0
function response()
    answers = answers + 1
    if answers >= #forms then wrk.thread:stop() end
end
LUA
    # No person sends a form sooner.
    sleep 3
}
hidden() { sed -nE "s/.*name=\"$1\" value=\"([^\"]*)\".*/\\1/p" "$form" | head -n 1; }
orders_now() { run_sql "SELECT COUNT(*) FROM tblpm_orders"; }
# sent WHAT: sends the forms, and says how long that takes.
sent() {
    local before
    before=$(orders_now)
    wrked 2 30 "http://127.0.0.1:$direct" -s "$scratch/forms.lua"
    all_taken checkout
    [ "$(orders_now)" = $((before + posted)) ] || die "checkout: $(orders_now) orders instead of $((before + posted))" "$scratch/daemon.log"
    row "$1" "p99 25 ms" "p50 $(ms "$p50"), p99 $(ms "$p99") ($posted orders)"
}
posted=$((seconds * 50))
phase "$posted orders by the checkout"
forms "$posted"
sent "checkout POST, 2 connections"
phase "$posted orders with a silent mail server"
halt
silent=$(free_port 2525)
start "$scratch/silent.log" php -r '$s = stream_socket_server("tcp://127.0.0.1:" . $argv[1]); while (true) { $all[] = stream_socket_accept($s, -1); }' "$silent"
silent_server=$started
export PERFEX_BRIDGE_MAIL_TRANSPORT=smtp PERFEX_BRIDGE_MAIL_HOST=127.0.0.1 PERFEX_BRIDGE_MAIL_PORT=$silent
scratch_daemon
forms "$posted"
# Mails that wait for that server, from before and from now on.
run_sql "INSERT INTO tblinvoicepaymentrecords (invoiceid, amount, paymentmode, paymentmethod, date, daterecorded, note, transactionid)
    SELECT invoice_id, total, '1', '', CURDATE(), NOW(), '', '' FROM tblpm_orders WHERE invoice_id IS NOT NULL ORDER BY id DESC LIMIT 20"
sent "the same, the mail server stalled"
halt
kill "$silent_server" 2>/dev/null || true
unset PERFEX_BRIDGE_MAIL_TRANSPORT PERFEX_BRIDGE_MAIL_HOST PERFEX_BRIDGE_MAIL_PORT
scratch_daemon

phase "keys on the orders' pages"
delays=()
for order in $(run_sql "SELECT o.id FROM tblpm_orders o WHERE o.charge = 'none' ORDER BY o.id LIMIT 9"); do
    token=$(run_sql "SELECT token FROM tblpm_orders WHERE id = $order")
    run_sql "INSERT INTO tblinvoicepaymentrecords (invoiceid, amount, paymentmode, paymentmethod, date, daterecorded, note, transactionid)
        SELECT invoice_id, total, '1', '', CURDATE(), NOW(), '', '' FROM tblpm_orders WHERE id = $order"
    shown() { curl -s "$shop/order/$token" | grep -q 'id="key-1"'; }
    until shown; do alive "$daemon" || die "the daemon ended" "$scratch/daemon.log"; done
    seen=$(microseconds)
    issued=$(run_sql "SELECT CAST(UNIX_TIMESTAMP(CONVERT_TZ(l.issued_at, '+00:00', @@time_zone)) * 1000000 AS UNSIGNED)
        FROM tblpm_licenses l JOIN tblpm_order_items i ON i.id = l.order_item_id WHERE i.order_id = $order")
    delays+=($((seen - issued)))
done
row "license issued -> key on the order's page" "at most 100 ms" "median $(ms "$(middle "${delays[@]}")"), max $(ms "$(printf '%s\n' "${delays[@]}" | sort -n | tail -n 1)")"

phase "$(grouped "$listed") orders in staff's list"
order=$(run_sql "SELECT MAX(id) FROM tblpm_orders")
halt
{ echo "SET @order = $order, @copies = $listed;"; cat benches/orders.sql; } | sql perfex >/dev/null
# As settled ones that nobody has to look at again.
run_sql "UPDATE tblpm_orders SET invoice_fingerprint = COALESCE(invoice_fingerprint, ''), state = 'cancelled' WHERE id > $order"
scratch_daemon
run_sql "INSERT IGNORE INTO tblsessions (id, ip_address, timestamp, data) VALUES (REPEAT('a', 32), '127.0.0.1', UNIX_TIMESTAMP(),
    'staff_user_id|s:1:\"1\";staff_logged_in|b:1;')"
wrked 1 "$seconds" /admin/perfex_bridge/staff_gateway/shop/orders -H "Cookie: sp_session=$(printf 'a%.0s' {1..32})" --timeout 30s
all_taken "the order list"
row "order list of $(grouped "$listed") orders" "at most 50 ms" "p50 $(ms "$p50"), p99 $(ms "$p99")"
wrked 1 "$seconds" '/admin/perfex_bridge/staff_gateway/shop?span=months' -H "Cookie: sp_session=$(printf 'a%.0s' {1..32})" --timeout 30s
all_taken "the dashboard"
row "dashboard over 12 months, all those orders in one" "none set" "p50 $(ms "$p50"), p99 $(ms "$p99")"

<?php

defined('BASEPATH') or exit('No direct script access allowed');

$perfex_bridge_tab = perfex_bridge_entries('customer_tab')[$_GET['group'] ?? ''] ?? null;
if ($perfex_bridge_tab !== null) {
    $perfex_bridge_tab['href'] .= '/' . (int) $client->userid;
    perfex_bridge_part($perfex_bridge_tab);
}

<?php

defined('BASEPATH') or exit('No direct script access allowed');

/*
Module Name: perfex-bridge
Description: The pages of the perfex-bridge daemon within the CRM, and word to it when money comes in.
Version: %VERSION%
Requires at least: 3.0.*
Author: perfex-bridge
*/

// Installed, updated and removed by `perfex-bridge install` and `uninstall`, which overwrite every change made here.
// Activating, deactivating and removing it in the CRM is safe: it keeps nothing of its own, in no table and no file.

const PERFEX_BRIDGE = 'perfex_bridge';

require_once __DIR__ . '/libraries/Bridge_client.php';

register_language_files(PERFEX_BRIDGE, [PERFEX_BRIDGE]);

hooks()->add_action('admin_init', 'perfex_bridge_admin_init');
hooks()->add_filter('get_dashboard_widgets', 'perfex_bridge_widgets');
hooks()->add_action('clients_init', 'perfex_bridge_portal_menu');
hooks()->add_action('app_customers_head', 'perfex_bridge_portal_scripts');

// What may have changed how much of an invoice is paid.
foreach ([
    'after_payment_added',
    'after_payment_updated',
    'after_payment_deleted',
    'credits_applied',
    'invoice_status_changed',
    'invoice_marked_as_cancelled',
    'invoice_unmarked_as_cancelled',
] as $perfex_bridge_event) {
    hooks()->add_action($perfex_bridge_event, 'perfex_bridge_nudge');
}
unset($perfex_bridge_event);

/** What is shown at a place, as the list in config/bridge.php has it. */
function perfex_bridge_entries(string $place): array
{
    $entries = Bridge_client::settings()['entries'] ?? [];
    return array_values(array_filter($entries, static fn ($entry) => $entry['place'] === $place));
}

/** The address of one of our pages in the staff area. */
function perfex_bridge_staff_url(string $path): string
{
    return admin_url(PERFEX_BRIDGE . '/staff_gateway' . ($path === '' ? '' : "/$path"));
}

function perfex_bridge_admin_init(): void
{
    $capabilities = ['view' => _l('permission_view'), 'edit' => _l('permission_edit')];
    register_staff_capabilities(PERFEX_BRIDGE, ['capabilities' => $capabilities], _l('perfex_bridge_menu'));
    $entries = perfex_bridge_entries('staff_menu');
    if ($entries === [] || !staff_can('view', PERFEX_BRIDGE)) {
        return;
    }
    $menu = get_instance()->app_menu;
    $menu->add_sidebar_menu_item(PERFEX_BRIDGE, [
        'name'     => _l('perfex_bridge_menu'),
        'icon'     => 'fa-solid fa-bridge',
        'position' => 56,
        'collapse' => true,
    ]);
    foreach ($entries as $entry) {
        $menu->add_sidebar_children_item(PERFEX_BRIDGE, [
            'slug'     => PERFEX_BRIDGE . '_' . $entry['name'],
            'name'     => _l('perfex_bridge_' . $entry['name']),
            'icon'     => $entry['icon'],
            'href'     => perfex_bridge_staff_url($entry['path']),
            'position' => $entry['position'],
        ]);
    }
}

function perfex_bridge_widgets(array $widgets): array
{
    if (perfex_bridge_entries('staff_widget') !== [] && staff_can('view', PERFEX_BRIDGE)) {
        $widgets[] = ['path' => PERFEX_BRIDGE . '/perfex_bridge_widget', 'container' => 'right-4'];
    }
    return $widgets;
}

function perfex_bridge_portal_menu(): void
{
    if (!is_client_logged_in()) {
        return;
    }
    foreach (perfex_bridge_entries('portal_menu') as $entry) {
        add_theme_menu_item(PERFEX_BRIDGE . '_' . $entry['name'], [
            'name'     => _l('perfex_bridge_' . $entry['name']),
            'href'     => site_url($entry['path']),
            'icon'     => $entry['icon'],
            'position' => $entry['position'],
        ]);
    }
}

function perfex_bridge_portal_scripts(): void
{
    foreach (perfex_bridge_entries('portal_script') as $entry) {
        echo '<script src="', html_escape(site_url($entry['path'])), '" defer></script>', "\n";
    }
}

/** Rings the daemon's bell, once a request and when everything else is done; whatever happens to it, nobody notices. */
function perfex_bridge_nudge(): void
{
    static $planned = false;
    if (!$planned) {
        $planned = true;
        register_shutdown_function([Bridge_client::class, 'nudge']);
    }
}

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

// What may have changed how much of an invoice is paid.
foreach ([
    'after_payment_added', 'after_payment_updated', 'after_payment_deleted', 'credits_applied',
    'invoice_status_changed', 'invoice_marked_as_cancelled', 'invoice_unmarked_as_cancelled',
] as $perfex_bridge_event) {
    hooks()->add_action($perfex_bridge_event, 'perfex_bridge_nudge');
}

hooks()->add_action('admin_init', static function (): void {
    foreach (Bridge_client::settings()['features'] ?? [] as $feature => $shape) {
        $labels = array_map(static fn ($capability) => _l("permission_$capability"), $shape['capabilities']);
        register_staff_capabilities($feature, ['capabilities' => array_combine($shape['capabilities'], $labels)], $shape['label']);
    }
    if (perfex_bridge_entries('staff_menu') === []) {
        return;
    }
    $ci = get_instance();
    $ci->app_menu->add_sidebar_menu_item(PERFEX_BRIDGE, [
        'name'     => _l('perfex_bridge_menu'),
        'icon'     => 'fa-solid fa-bridge',
        'position' => 56,
        'collapse' => true,
    ]);
    foreach (perfex_bridge_entries('staff_menu') as $entry) {
        $ci->app_menu->add_sidebar_children_item(PERFEX_BRIDGE, $entry);
    }
    foreach (perfex_bridge_entries('customer_tab') as $slug => $entry) {
        $ci->app_tabs->add_customer_profile_tab($slug, ['view' => PERFEX_BRIDGE . '/perfex_bridge_customer'] + $entry);
    }
});

hooks()->add_filter('get_dashboard_widgets', static function (array $widgets): array {
    $ours = ['path' => PERFEX_BRIDGE . '/perfex_bridge_widget', 'container' => 'right-4'];
    return perfex_bridge_entries('staff_widget') === [] ? $widgets : array_merge($widgets, [$ours]);
});

hooks()->add_action('after_email_templates', static fn () => array_map('perfex_bridge_part', perfex_bridge_entries('email_templates')));

hooks()->add_action('clients_init', static function (): void {
    foreach (is_client_logged_in() ? perfex_bridge_entries('portal_menu') : [] as $slug => $entry) {
        if ($entry['needs'] === '' || has_contact_permission($entry['needs'])) {
            add_theme_menu_item($slug, $entry);
        }
    }
});

hooks()->add_action('app_customers_head', static function (): void {
    foreach (perfex_bridge_entries('portal_script') as $entry) {
        echo '<script src="', html_escape($entry['href']), '" defer></script>', "\n";
    }
});

/** What is shown at a place, as the list in config/bridge.php has it, by slug; staff get it with the right to see it. */
function perfex_bridge_entries(string $place): array
{
    $portal = strncmp($place, 'portal', 6) === 0;
    $entries = [];
    foreach (Bridge_client::settings()['entries'] ?? [] as $entry) {
        if ($entry['place'] === $place && ($portal || staff_can('view', $entry['feature']))) {
            $slug = PERFEX_BRIDGE . '_' . $entry['name'];
            $href = $portal ? site_url($entry['path']) : admin_url(PERFEX_BRIDGE . "/staff_gateway/$entry[path]");
            $entries[$slug] = ['slug' => $slug, 'name' => _l($slug), 'href' => $href] + $entry;
        }
    }
    return $entries;
}

/** One of our pages within a page of the CRM: a link to it, which the script replaces by the page. */
function perfex_bridge_part(array $entry): void
{
    echo '<div><a href="', html_escape($entry['href']), '" data-perfex-bridge-part>', html_escape($entry['name']), '</a>';
    echo '<script src="', site_url('modules/perfex_bridge/part.js?v=%VERSION%'), '" defer></script></div>', "\n";
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

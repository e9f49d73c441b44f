<?php

defined('BASEPATH') or exit('No direct script access allowed');

require_once dirname(__DIR__) . '/libraries/Bridge_gateway.php';

/** Pages for staff, in the layout of the admin area: what follows admin/perfex_bridge/staff_gateway. */
class Staff_gateway extends AdminController
{
    public function _remap($method, $below = []): void
    {
        $features = array_keys(Bridge_client::settings()['features'] ?? []);
        // Which of them a page needs is the daemon's to say.
        if (array_filter($features, static fn ($feature) => staff_can('view', $feature)) === []) {
            access_denied('perfex_bridge');
        }
        $this->load->view('staff_page', Bridge_gateway::answer('staff'));
    }
}

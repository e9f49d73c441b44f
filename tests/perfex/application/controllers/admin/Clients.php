<?php

/** A customer's profile: its tabs, and the one that is asked for. */
class Clients extends AdminController
{
    public function client(string $id): void
    {
        init_head();
        echo '<div id="wrapper"><div class="content">';
        $client = (object) ['userid' => $id];
        foreach ($this->app_tabs->customer_profile as $slug => $tab) {
            echo '<a href="', html_escape(admin_url("clients/client/$id?group=$slug")), '">', html_escape($tab['name']), '</a>';
        }
        $tab = $this->app_tabs->customer_profile[$_GET['group'] ?? 'profile'] ?? null;
        if ($tab !== null) {
            $this->load->view($tab['view'], ['client' => $client]);
        }
        echo '</div></div>';
        init_tail();
        echo '</body></html>';
    }
}

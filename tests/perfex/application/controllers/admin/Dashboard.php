<?php

class Dashboard extends AdminController
{
    public function index(): void
    {
        init_head();
        echo '<div id="wrapper"><div class="content"><div class="row">';
        foreach (hooks()->apply_filters('get_dashboard_widgets', []) as $widget) {
            echo '<div class="widget-container-', $widget['container'], '">';
            $this->load->view($widget['path']);
            echo '</div>';
        }
        echo '</div></div></div>';
        init_tail();
        echo '</body></html>';
    }
}

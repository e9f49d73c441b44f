<?php

/** The list of mail templates knows only the CRM's own groups. */
class Emails extends AdminController
{
    public function index(): void
    {
        init_head();
        echo '<div id="wrapper"><div class="content">';
        echo '<h4>Email Templates</h4>';
        hooks()->do_action('after_email_templates');
        echo '</div></div>';
        init_tail();
        echo '</body></html>';
    }
}

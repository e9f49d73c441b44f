<?php

defined('BASEPATH') or exit('No direct script access allowed');

require_once dirname(__DIR__) . '/libraries/Bridge_gateway.php';

/** Pages for contacts who are signed in, in the theme of the client portal. */
class Portal_gateway extends ClientsController
{
    use app\services\ValidatesContact;

    public function forward(...$below): void
    {
        $page = Bridge_gateway::answer('portal');
        $this->title($page['title']);
        $this->data($page);
        $this->view('portal_page');
        $this->layout();
    }
}

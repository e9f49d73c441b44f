<?php

defined('BASEPATH') or exit('No direct script access allowed');

require_once dirname(__DIR__) . '/libraries/Bridge_gateway.php';

/** Pages and endpoints for anybody. It loads none of the CRM's modules, so that it works while one of them is broken. */
class Public_gateway extends CI_Controller
{
    public function forward(...$below): void
    {
        Bridge_gateway::answer('public');
    }
}

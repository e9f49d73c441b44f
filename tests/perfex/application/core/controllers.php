<?php

namespace app\services {
    /** Lets only contacts in that are signed in. */
    trait ValidatesContact
    {
        public function validateContact(): void
        {
            if (!is_client_logged_in()) {
                get_instance()->session->set_userdata('red_url', site_url(get_instance()->uri->uri_string()));
                redirect('authentication/login');
            }
        }
    }
}

namespace {
    class App_Controller extends CI_Controller
    {
        public StandIn_Menu $app_menu;
        public StandIn_Tabs $app_tabs;

        public function __construct()
        {
            parent::__construct();
            $this->app_menu = new StandIn_Menu();
            $this->app_tabs = new StandIn_Tabs();
            StandIn_Crm::load_modules();
            StandIn_Crm::load_language($this->language());
            hooks()->do_action('app_init');
        }

        protected function language(): string
        {
            return get_option('active_language');
        }
    }

    class ClientsController extends App_Controller
    {
        private array $data = [];
        private string $title = '';
        private string $view = '';

        public function __construct()
        {
            parent::__construct();
            hooks()->do_action('clients_init');
            if (method_exists($this, 'validateContact')) {
                $this->validateContact();
            }
        }

        protected function language(): string
        {
            $sql = 'SELECT `default_language` FROM `' . db_prefix() . 'clients` WHERE `userid` = ?';
            $rows = StandIn_Database::query($sql, [$this->session->userdata('client_user_id')]);
            return ($rows[0]['default_language'] ?? '') ?: parent::language();
        }

        public function data(array $data): static
        {
            $this->data = array_merge($this->data, $data);
            return $this;
        }

        public function title(string $title): static
        {
            $this->title = $title;
            return $this;
        }

        public function view(string $view): static
        {
            $this->view = $view;
            return $this;
        }

        public function layout(): void
        {
            ob_start();
            $this->load->view($this->view, $this->data);
            $this->load->view('themes/' . get_option('clients_default_theme') . '/index', ['title' => $this->title, 'page' => ob_get_clean()]);
        }
    }

    class AdminController extends App_Controller
    {
        public function __construct()
        {
            parent::__construct();
            if (!is_staff_logged_in()) {
                redirect(ADMIN_URI . '/authentication');
            }
            $this->session->unset_userdata(['client_user_id', 'contact_user_id', 'client_logged_in', 'logged_in_as_client']);
            hooks()->do_action('admin_init');
        }
    }
}

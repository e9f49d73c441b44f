<?php

/** What the CRM offers to its modules as functions. */
/** The settings: every request reads those that are autoloaded, of which the last of a name counts; of others the first. */
final class StandIn_Options
{
    private const READ = 'SELECT `name`, `value` FROM `%soptions` WHERE %s ORDER BY `id`';
    private static array $loaded = [];

    public static function load(): void
    {
        self::$loaded = array_column(StandIn_Database::query(sprintf(self::READ, db_prefix(), '`autoload` = 1')), 'value', 'name');
    }

    public static function get(string $name): string
    {
        return (string) (self::$loaded[$name]
            ?? StandIn_Database::query(sprintf(self::READ, db_prefix(), '`name` = ?'), [$name])[0]['value'] ?? '');
    }
}

function get_option(string $name): string
{
    return StandIn_Options::get($name);
}

function site_url(string $path = ''): string
{
    return APP_BASE_URL . ltrim($path, '/');
}

function admin_url(string $path = ''): string
{
    return site_url(ADMIN_URI . "/$path");
}

function _l(string $key): string
{
    return $GLOBALS['lang'][$key] ?? html_escape($key);
}

function get_locale_key(string $language = 'english'): string
{
    return ['english' => 'en', 'german' => 'de'][$language] ?? 'en';
}

function is_client_logged_in(): bool
{
    return get_instance()->session->has_userdata('client_logged_in');
}

function has_contact_permission(string $permission): bool
{
    $number = array_search($permission, [1 => 'invoices', 'estimates', 'contracts', 'proposals', 'support', 'projects'], true);
    $sql = 'SELECT 1 FROM `' . db_prefix() . 'contact_permissions` WHERE `userid` = ? AND `permission_id` = ?';
    return StandIn_Database::query($sql, [get_instance()->session->userdata('contact_user_id'), $number]) !== [];
}

function is_staff_logged_in(): bool
{
    return get_instance()->session->has_userdata('staff_logged_in');
}

function staff_can(string $capability, string $feature): bool
{
    $staff = get_instance()->session->userdata('staff_user_id');
    $rows = StandIn_Database::query('SELECT `admin` FROM `' . db_prefix() . 'staff` WHERE `staffid` = ? AND `active` = 1', [$staff]);
    if ($rows && $rows[0]['admin']) {
        return true;
    }
    $sql = 'SELECT 1 FROM `' . db_prefix() . 'staff_permissions` WHERE `staff_id` = ? AND `feature` = ? AND `capability` = ?';
    return StandIn_Database::query($sql, [$staff, $feature, $capability]) !== [];
}

function access_denied(string $what = ''): never
{
    redirect(ADMIN_URI . '/access_denied');
}

function register_staff_capabilities(string $feature, array $config, string $name): void
{
    StandIn_Crm::$capabilities[$feature] = $name;
}

/** The visitor's language, else English; neither is an error of every page. */
function register_language_files(string $module, array $files): void
{
    hooks()->add_action('after_load_language', function (string $language) use ($module, $files): void {
        foreach ($files as $name) {
            $path = fn (string $folder) => APP_MODULES_PATH . "$module/language/$folder/{$name}_lang.php";
            $found = is_file($path($language)) ? $language : 'english';
            if (!is_file($path($found)) && $language === 'english') {
                continue;
            }
            StandIn_Crm::read_language($path($found));
            $own = APP_MODULES_PATH . "$module/language/$language/custom_lang.php";
            if (is_file($own)) {
                StandIn_Crm::read_language($own);
            }
        }
    });
}

function add_theme_menu_item(string $slug, array $item): void
{
    StandIn_Crm::$portal_menu[$slug] = $item;
}

function create_widget_id(): string
{
    return basename(debug_backtrace()[0]['file'], '.php');
}

function app_customers_head(): void
{
    hooks()->do_action('app_customers_head');
}

function app_customers_footer(): void
{
    hooks()->do_action('app_customers_footer');
}

function init_head(): void
{
    get_instance()->load->view('admin_head');
}

function init_tail(): void
{
    get_instance()->load->view('admin_tail');
}

final class StandIn_Crm
{
    public static array $capabilities = [];
    public static array $portal_menu = [];

    public static function load_modules(): void
    {
        $rows = StandIn_Database::query('SELECT `module_name`, `active` FROM `' . db_prefix() . 'modules` ORDER BY `id`');
        // Of several rows the last one counts.
        foreach (array_column($rows, 'active', 'module_name') as $name => $active) {
            $init = APP_MODULES_PATH . "$name/$name.php";
            if ($active && is_file($init) && preg_match('/^Module Name: *\S/m', (string) file_get_contents($init))) {
                require_once $init;
            }
        }
        hooks()->do_action('modules_loaded');
    }

    public static function load_language(string $language): void
    {
        $GLOBALS['language'] = $language;
        $GLOBALS['lang'] = [];
        hooks()->do_action('after_load_language', $language);
    }

    public static function read_language(string $file): void
    {
        if (!is_file($file)) {
            throw new RuntimeException("Unable to load the requested language file: $file");
        }
        $lang = [];
        require $file;
        $GLOBALS['lang'] = array_merge($GLOBALS['lang'], $lang);
    }
}

final class StandIn_Menu
{
    public array $items = [];

    public function add_sidebar_menu_item(string $slug, array $item): void
    {
        $this->items[$slug] = $item + ['children' => []];
    }

    public function add_sidebar_children_item(string $parent, array $item): void
    {
        $this->items[$parent]['children'][] = $item;
    }
}

final class StandIn_Tabs
{
    public array $customer_profile = [];

    public function add_customer_profile_tab(string $slug, array $tab): void
    {
        $this->customer_profile[$slug] = $tab;
    }
}

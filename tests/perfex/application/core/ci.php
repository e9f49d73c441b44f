<?php

/** The framework's parts that a plain controller has. */
class CI_Controller
{
    private static ?CI_Controller $instance = null;

    public StandIn_Loader $load;
    public StandIn_Uri $uri;
    public StandIn_Session $session;
    public StandIn_Security $security;
    public StandIn_Input $input;
    public $encryption;

    public function __construct()
    {
        self::$instance = $this;
        $this->load = new StandIn_Loader();
        $this->uri = $GLOBALS['uri'];
        $this->session = new StandIn_Session();
        $this->security = new StandIn_Security();
        $this->input = new StandIn_Input();
    }

    public static function current(): CI_Controller
    {
        return self::$instance;
    }
}

function get_instance(): CI_Controller
{
    return CI_Controller::current();
}

function html_escape($text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES, 'UTF-8');
}

final class StandIn_Session
{
    public function __construct()
    {
        ini_set('session.sid_length', '32');
        ini_set('session.sid_bits_per_character', '4');
        session_set_save_handler(new StandIn_Sessions(), true);
        session_start(['name' => 'sp_session', 'cookie_lifetime' => 28800, 'cookie_httponly' => true, 'cookie_samesite' => 'Lax']);
        // A new visitor's row is written with the first request.
        $_SESSION['__ci_last_regenerate'] ??= time();
    }

    public function userdata(string $key)
    {
        return $_SESSION[$key] ?? null;
    }

    public function has_userdata(string $key): bool
    {
        return isset($_SESSION[$key]);
    }

    public function set_userdata(string $key, $value): void
    {
        $_SESSION[$key] = $value;
    }

    public function unset_userdata(array $keys): void
    {
        foreach ($keys as $key) {
            unset($_SESSION[$key]);
        }
    }
}

/** A form is taken when its field has what the cookie has; what a module excludes is taken as it is. */
final class StandIn_Security
{
    private static string $hash = '';

    public static function check(string $path): void
    {
        $cookie = $_COOKIE['csrf_cookie_name'] ?? '';
        self::$hash = is_string($cookie) && preg_match('/\A[0-9a-f]{32}\z/', $cookie) ? $cookie : bin2hex(random_bytes(16));
        $posted = $_SERVER['REQUEST_METHOD'] === 'POST';
        if ($posted && !self::is_excluded($path)) {
            if (($_POST['csrf_token_name'] ?? '') !== self::$hash || $cookie !== self::$hash) {
                ob_end_clean();
                http_response_code(403);
                exit('419 Page Expired!');
            }
            unset($_POST['csrf_token_name']);
        } elseif ($posted) {
            return;
        }
        setcookie('csrf_cookie_name', self::$hash, ['expires' => time() + 3660, 'path' => '/', 'httponly' => true, 'samesite' => 'Lax']);
    }

    public function get_csrf_token_name(): string
    {
        return 'csrf_token_name';
    }

    public function get_csrf_hash(): string
    {
        return self::$hash;
    }

    private static function is_excluded(string $path): bool
    {
        $patterns = ['api/.+'];
        foreach (glob(APP_MODULES_PATH . '*/config/csrf_exclude_uris.php') as $file) {
            $patterns = array_merge($patterns, require $file);
        }
        foreach ($patterns as $pattern) {
            if (preg_match("#^$pattern$#iu", $path)) {
                return true;
            }
        }
        return str_contains($_SERVER['REQUEST_URI'], 'gateways/');
    }
}

final class StandIn_Input
{
    public function is_ajax_request(): bool
    {
        return strtolower($_SERVER['HTTP_X_REQUESTED_WITH'] ?? '') === 'xmlhttprequest';
    }
}

final class StandIn_Loader
{
    public static ?string $module = null;
    /** What one view was given, the views within it have too. */
    private static array $values = [];

    public function view(string $name, array $data = []): void
    {
        [$module, $view] = str_contains($name, '/') && is_dir(APP_MODULES_PATH . strstr($name, '/', true))
            ? explode('/', $name, 2)
            : [self::$module, $name];
        $own = APP_MODULES_PATH . "$module/views/$view.php";
        self::$values = array_merge(self::$values, $data);
        extract(self::$values);
        require $module !== null && is_file($own) ? $own : APPPATH . "views/$name.php";
    }

    public function library(string $name): void
    {
        if ($name === 'encryption') {
            get_instance()->encryption = new StandIn_Encryption();
        }
    }
}

/** AES-128-CBC under HMAC-SHA512, keys from the CRM's one key. */
final class StandIn_Encryption
{
    public function decrypt($stored)
    {
        if (!is_string($stored) || strlen($stored) <= 128) {
            return false;
        }
        [$mac, $body] = [substr($stored, 0, 128), substr($stored, 128)];
        $authentication = hash_hkdf('sha512', APP_ENC_KEY, 64, 'authentication', str_repeat("\0", 64));
        if (!hash_equals(hash_hmac('sha512', $body, $authentication), $mac)) {
            return false;
        }
        $raw = base64_decode($body);
        $key = substr(hash_hkdf('sha512', APP_ENC_KEY, 32, 'encryption', str_repeat("\0", 64)), 0, 16);
        return openssl_decrypt(substr($raw, 16), 'aes-128-cbc', $key, OPENSSL_RAW_DATA, substr($raw, 0, 16));
    }
}

<?php

/** The address that was asked for: no query, no doubled slashes, percent escapes as they came. */
final class StandIn_Uri
{
    private string $path;

    public function __construct()
    {
        $path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
        // As the web server says it when the CRM lies in a folder.
        $folder = rtrim((string) parse_url(APP_BASE_URL, PHP_URL_PATH), '/');
        if ($folder !== '' && strncmp($path, "$folder/", strlen($folder) + 1) === 0) {
            $path = substr($path, strlen($folder));
        }
        $segments = array_filter(explode('/', $path), static fn ($part) => $part !== '' && $part !== '..');
        foreach ($segments as $segment) {
            if (!preg_match('/\A[a-z 0-9~%.:_\-@]+\z/i', $segment)) {
                http_response_code(400);
                exit('The URI you submitted has disallowed characters.');
            }
        }
        $this->path = implode('/', $segments);
    }

    public function uri_string(): string
    {
        return $this->path;
    }
}

/** From an address to a file, a class, a method and its arguments. */
final class StandIn_Router
{
    public static function resolve(string $path): ?array
    {
        $segments = array_values(array_filter(explode('/', self::routed($path)), 'strlen'));
        if ($segments === []) {
            $segments = ['clients'];
        }
        if ($segments[0] === ADMIN_URI && isset($segments[1]) && is_dir(APP_MODULES_PATH . $segments[1])) {
            array_shift($segments);
        }
        if (is_dir(APP_MODULES_PATH . $segments[0] . '/controllers')) {
            $found = self::find(APP_MODULES_PATH . $segments[0] . '/controllers/', array_slice($segments, 1), $segments[0]);
            if ($found !== null) {
                return $found;
            }
        }
        if (is_dir(APPPATH . 'controllers/' . $segments[0])) {
            return self::find(APPPATH . "controllers/$segments[0]/", array_slice($segments, 1), null);
        }
        return self::find(APPPATH . 'controllers/', $segments, null);
    }

    private static function find(string $folder, array $segments, ?string $module): ?array
    {
        $class = ucfirst($segments[0] ?? ($module ?? 'dashboard'));
        if (!is_file("$folder$class.php")) {
            return null;
        }
        return ["$folder$class.php", $class, $segments[1] ?? 'index', array_slice($segments, 2), $module];
    }

    private static function routed(string $path): string
    {
        $route = [];
        if (is_file(APPPATH . 'config/my_routes.php')) {
            include APPPATH . 'config/my_routes.php';
        }
        foreach ($route as $key => $target) {
            $pattern = '#^' . str_replace(['(:any)', '(:num)'], ['([^/]+)', '([0-9]+)'], $key) . '$#';
            if (is_string($target) && preg_match($pattern, $path)) {
                return str_contains($target, '$') && str_contains($key, '(') ? preg_replace($pattern, $target, $path) : $target;
            }
        }
        return $path;
    }
}

function show_404(): never
{
    ob_end_clean();
    http_response_code(404);
    exit('404 Page Not Found');
}

function redirect(string $path): never
{
    header('Location: ' . site_url($path), true, $_SERVER['REQUEST_METHOD'] === 'GET' ? 307 : 303);
    exit;
}

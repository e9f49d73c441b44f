<?php

// The front controller: settings, hooks, routing, session, CSRF check, controller.

define('FCPATH', __DIR__ . '/');
define('APPPATH', __DIR__ . '/application/');
define('BASEPATH', __DIR__ . '/application/core/');
define('ENVIRONMENT', 'production');
define('ADMIN_URI', 'admin');
define('APP_MODULES_PATH', FCPATH . 'modules/');

ini_set('display_errors', '0');
ob_start();
set_exception_handler(function (Throwable $error): void {
    error_log((string) $error);
    while (ob_get_level() > 0) {
        ob_end_clean();
    }
    http_response_code(500);
});

require APPPATH . 'config/app-config.php';
foreach (['hooks', 'database', 'router', 'ci', 'crm', 'controllers'] as $part) {
    require BASEPATH . "$part.php";
}

StandIn_Options::load();
$uri = new StandIn_Uri();
$target = StandIn_Router::resolve($uri->uri_string());
StandIn_Security::check($uri->uri_string());
if ($target === null) {
    show_404();
}
[$file, $class, $method, $arguments, $module] = $target;
StandIn_Loader::$module = $module;
require $file;
$controller = new $class();
if (method_exists($controller, '_remap')) {
    $controller->_remap($method, $arguments);
} elseif (is_callable([$controller, $method]) && $method[0] !== '_' && !method_exists('CI_Controller', $method)) {
    $controller->$method(...$arguments);
} else {
    show_404();
}
// The framework fills these marks into whatever passes its output object.
echo str_replace('{elapsed_time}', '0.0100', (string) ob_get_clean());

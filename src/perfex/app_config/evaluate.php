<?php
// Includes app-config.php as Perfex would and prints its constants between two markers, whatever the file prints itself.
// Arguments: marker, file, root of the CRM, name the site is called by, names of the constants joined by commas.
// Run with `php -r`, from php.rs. Works from PHP 7.2 on.
$perfex_bridge = new stdClass();
$perfex_bridge->done = false;
$perfex_bridge->failure = null;
register_shutdown_function(static function () use ($perfex_bridge, $argv) {
    $answer = [];
    if ($perfex_bridge->done) {
        $constants = [];
        foreach (explode(',', $argv[5]) as $name) {
            if (!defined($name)) {
                continue;
            }
            $value = constant($name);
            if (is_float($value)) {
                $value = (string) $value;
            }
            if (is_string($value)) {
                // Base64: a password may be in any encoding, JSON may not.
                $constants[$name] = ['text' => base64_encode($value)];
            } elseif (is_bool($value) || is_int($value) || $value === null) {
                $constants[$name] = $value;
            } else {
                $constants[$name] = ['other' => gettype($value)];
            }
        }
        $answer['constants'] = (object) $constants;
    } else {
        $error = error_get_last();
        if ($perfex_bridge->failure === null && $error !== null && ($error['type'] & (E_ERROR | E_COMPILE_ERROR))) {
            $perfex_bridge->failure = strtok($error['message'], "\n") . ' on line ' . $error['line'];
        }
        $answer['failure'] = $perfex_bridge->failure ?? 'it ended PHP before its last line';
    }
    fwrite(STDOUT, $argv[1] . json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE) . $argv[1]);
});
define('ENVIRONMENT', 'production');
define('FCPATH', $argv[3] . '/');
define('BASEPATH', FCPATH . 'system/');
define('APPPATH', FCPATH . 'application/');
define('VIEWPATH', APPPATH . 'views/');
$_SERVER = array_merge($_SERVER, [
    'HTTP_HOST' => $argv[4],
    'SERVER_NAME' => $argv[4],
    'SERVER_PORT' => '443',
    'SERVER_PROTOCOL' => 'HTTP/1.1',
    'SERVER_ADDR' => '127.0.0.1',
    'REMOTE_ADDR' => '127.0.0.1',
    'REQUEST_METHOD' => 'GET',
    'REQUEST_SCHEME' => 'https',
    'REQUEST_URI' => '/',
    'QUERY_STRING' => '',
    'HTTPS' => 'on',
    'DOCUMENT_ROOT' => $argv[3],
    'SCRIPT_NAME' => '/index.php',
    'SCRIPT_FILENAME' => FCPATH . 'index.php',
    'PHP_SELF' => '/index.php',
]);
try {
    require_once $argv[2];
    $perfex_bridge->done = true;
} catch (Throwable $thrown) {
    // A message may quote a piece of a password, so only its kind and place are told.
    $what = $thrown instanceof ParseError ? 'it has a syntax error' : 'it threw ' . get_class($thrown);
    $perfex_bridge->failure = $what . ' on line ' . $thrown->getLine() . ' of ' . basename($thrown->getFile());
}

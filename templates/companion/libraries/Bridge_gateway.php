<?php

defined('BASEPATH') or exit('No direct script access allowed');

require_once __DIR__ . '/Bridge_client.php';
require_once dirname(__DIR__) . '/identity.php';

/** Passes the visitor's request on to the daemon, and the daemon's answer back. It decides nothing about either. */
final class Bridge_gateway
{
    /** The largest bodies that the daemon takes, in bytes: of staff, who write long texts, and of everybody else. */
    private const LARGEST_OF_STAFF = 524288;
    private const LARGEST_BODY = 65536;

    /** What the daemon hears of the visitor's headers. */
    private const HEADERS = [
        'accept', 'accept-language', 'authorization', 'bridge-csrf', 'content-type', 'idempotency-key',
        'if-modified-since', 'if-none-match', 'origin', 'referer', 'sec-fetch-site', 'user-agent',
        'webhook-id', 'webhook-signature', 'webhook-timestamp', 'x-api-key', 'x-requested-with',
    ];

    /** Our cookies, in either direction; the CRM's own are not the daemon's to read or to set. */
    private const COOKIE = '/\A(__Host-|__Secure-)?(perfex_bridge|pm|cbs|cat)_[a-z0-9_]+=[^\x00-\x1f\x7f]*\z/';

    /** What belongs to the connection between PHP and the daemon, or is PHP's to say. */
    private const OWN = [
        'bridge-fragment', 'connection', 'content-length', 'date', 'keep-alive', 'server', 'trailer', 'transfer-encoding', 'upgrade',
    ];

    /** What is true of a fragment, but not of the page around it. */
    private const WHOLE = ['cache-control', 'content-security-policy', 'content-type', 'etag', 'last-modified'];

    /**
     * Answers the visitor's request with what the daemon says to it, and ends; only a fragment is returned, as title and
     * content for the CRM's layout.
     *
     * $layout  public, portal or staff: where a fragment would be shown
     */
    public static function answer(string $layout): array
    {
        [$status, $headers, $body] = self::forward($layout);
        $told = array_column($headers, 1, 0);
        $framed = isset($told['bridge-fragment']) && $layout !== 'public' && !get_instance()->input->is_ajax_request();
        if (!$framed) {
            self::make_room($told['cache-control'] ?? 'no-store');
        }
        http_response_code($status);
        $kept_back = $framed ? array_merge(self::OWN, self::WHOLE) : self::OWN;
        // A cookie comes beside those of the CRM.
        $sent = ['set-cookie' => true];
        foreach ($headers as [$name, $value]) {
            if (!in_array($name, $kept_back, true) && ($name !== 'set-cookie' || preg_match(self::COOKIE, $value))) {
                header("$name: $value", !isset($sent[$name]));
                $sent[$name] = true;
            }
        }
        if ($framed) {
            return ['title' => rawurldecode($told['bridge-fragment']), 'content' => $body];
        }
        // Past the framework's own output, which would look for its marks in the body.
        echo $body;
        exit;
    }

    /** Takes back what PHP and the CRM would add to an answer of the daemon's own. */
    private static function make_room(string $cache_control): void
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        ini_set('default_charset', '');
        // What PHP says with every session would contradict what the daemon says about keeping.
        header_remove('Pragma');
        header_remove('Expires');
        if (!preg_match('/\b(private|no-store)\b/i', $cache_control)) {
            // Whoever keeps the answer for others must not keep this visitor's cookies with it.
            header_remove('Set-Cookie');
        }
    }

    private static function forward(string $layout): array
    {
        // Below the CRM's folder, percent escapes as they came.
        $path = '/' . get_instance()->uri->uri_string();
        if ($layout === 'staff') {
            $path = preg_replace('#\A.*?/perfex_bridge/staff_gateway(?=/|\z)#', '/bridge/staff', $path);
        }
        $method = $_SERVER['REQUEST_METHOD'] ?? 'GET';
        $query = strstr($_SERVER['REQUEST_URI'] ?? '', '?');
        $target = $path . ($query === false || $query === '?' ? '' : $query);
        $largest = $layout === 'staff' ? self::LARGEST_OF_STAFF : self::LARGEST_BODY;
        $body = $method === 'GET' || $method === 'HEAD'
            ? '' : (string) file_get_contents('php://input', false, null, 0, $largest + 1);
        $refused = match (true) {
            !preg_match('/\A(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\z/', $method) => [405, 'This method is not taken.'],
            !preg_match('/\A[\x21\x22\x24-\x7e]{1,8192}\z/', $target) => [400, 'This address is too long, or has characters in it that an address cannot have.'],
            stripos($_SERVER['CONTENT_TYPE'] ?? '', 'multipart/') === 0 => [415, 'Files and multipart forms are not taken.'],
            max((int) ($_SERVER['CONTENT_LENGTH'] ?? 0), strlen($body)) > $largest => [413, "More than $largest bytes are not taken."],
            default => null,
        };
        if ($refused !== null) {
            return [$refused[0], [['content-type', 'text/plain; charset=utf-8'], ['cache-control', 'no-store']], "$refused[1]\n"];
        }
        $headers = self::headers($method, $target, $body, $layout);
        // Whoever waits for the daemon must not hold up the other pages of the same visitor.
        session_write_close();
        return Bridge_client::visit($method, $target, $body, $headers) ?? self::unavailable($layout);
    }

    private static function headers(string $method, string $target, string $body, string $layout): array
    {
        $address = $_SERVER['REMOTE_ADDR'] ?? '';
        // Whatever the visitor claims about its address stays behind: this is who connected to the web server. Without a
        // value of the visitor's, these two have none: curl would invent them.
        $headers = ["X-Forwarded-For: $address", "Bridge-Layout: $layout", 'accept' => 'accept:', 'content-type' => 'content-type:'];
        // Its version, and when it notices changed files. Below, curl leaves out what has no value.
        $headers[] = 'Bridge-Php: ' . PHP_VERSION . ' ' . implode(' ', array_map('ini_get', ['opcache.enable', 'opcache.validate_timestamps', 'opcache.revalidate_freq']));
        foreach (self::HEADERS as $name) {
            $value = $_SERVER[$name === 'content-type' ? 'CONTENT_TYPE' : 'HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? '';
            if ($value !== '' && !preg_match('/[\x00-\x08\x0a-\x1f\x7f]/', $value)) {
                $headers[$name] = "$name: $value";
            }
        }
        $cookies = preg_grep(self::COOKIE, array_map('trim', explode(';', $_SERVER['HTTP_COOKIE'] ?? '')));
        $headers[] = 'Cookie: ' . implode('; ', $cookies);
        $ci = get_instance();
        $ci->load->library('encryption');
        $secrets = (string) $ci->encryption->decrypt(get_option('perfex_bridge_gateway_secret'));
        $identity = perfex_bridge_identity($secrets, $method, $target, $body, ['address' => $address] + self::who($layout));
        $headers[] = "Bridge-Identity: $identity";
        return array_values($headers);
    }

    /** Whom the CRM's session names; whether they still may do something is the daemon's to find out. */
    private static function who(string $layout): array
    {
        $ci = get_instance();
        $staff = $ci->session->userdata('staff_logged_in') ? $ci->session->userdata('staff_user_id') : null;
        $portal = $layout !== 'staff' && $ci->session->userdata('client_logged_in');
        return [
            'language' => $GLOBALS['language'] ?? null,
            'csrf'     => ['name' => $ci->security->get_csrf_token_name(), 'value' => (string) $ci->security->get_csrf_hash()],
            'contact'  => $portal ? $ci->session->userdata('contact_user_id') : null,
            'client'   => $portal ? $ci->session->userdata('client_user_id') : null,
            'staff'    => $layout === 'staff' || ($portal && $ci->session->userdata('logged_in_as_client')) ? $staff : null,
        ];
    }

    /**
     * The page for when the daemon does not answer, as `perfex-bridge install` wrote it: in the language of the page around
     * it, else the browser's, else the CRM's.
     */
    private static function unavailable(string $layout): array
    {
        $pages = require dirname(__DIR__) . '/config/unavailable.php';
        preg_match('/(?:\A|,) *(' . implode('|', array_keys($pages)) . ')\b/i', $_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '', $asked);
        $language = $GLOBALS['language'] ?? strtolower($asked[1] ?? '') ?: get_option('active_language');
        $page = $pages[$language] ?? $pages['english'];
        $whole = str_replace('%COMPANY%', html_escape(get_option('companyname')), $page['page']);
        return [503, $page['headers'], $layout === 'public' ? $whole : $page['part']];
    }
}

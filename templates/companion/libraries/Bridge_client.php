<?php

defined('BASEPATH') or exit('No direct script access allowed');

/** Speaks HTTP to the daemon on this machine: its unix socket first, its address when nobody listens there. */
final class Bridge_client
{
    private const CONNECT_MS = 100;
    private const TOTAL_MS = 5000;
    private const NUDGE_MS = 300;
    /** The largest answer, in bytes. */
    private const LARGEST = 16777216;

    /** What `perfex-bridge install` wrote: socket, address, entries. */
    public static function settings(): array
    {
        static $settings = null;
        $file = dirname(__DIR__) . '/config/bridge.php';
        // A file that is missing must not take the CRM down.
        return $settings ??= is_file($file) ? require $file : [];
    }

    /** Says that something about payments may have changed; waits for no more than that it was heard. */
    public static function nudge(): void
    {
        try {
            self::ask('POST', '/bridge/nudge', '', [], self::NUDGE_MS);
        } catch (Throwable $nobody_hears) {
            // The daemon looks by itself, too: a lost nudge costs a second.
        }
    }

    /**
     * Asks the daemon; null when it gave no whole answer in time.
     *
     * $headers  lines without line breaks in them
     * returns   status, headers as pairs of lower-case name and value, body
     */
    public static function ask(string $method, string $target, string $body, array $headers, int $limit = self::TOTAL_MS): ?array
    {
        $until = microtime(true) + $limit / 1000;
        foreach (['socket', 'address'] as $way) {
            $where = self::settings()[$way] ?? '';
            $left = (int) (($until - microtime(true)) * 1000);
            if ($where === '' || $left <= 0) {
                continue;
            }
            $curl = curl_init('http://' . ($way === 'socket' ? 'localhost' : $where) . $target);
            if ($way === 'socket') {
                curl_setopt($curl, CURLOPT_UNIX_SOCKET_PATH, $where);
            }
            $answer = self::run($curl, $method, $body, $headers, $left);
            // Only where nothing was sent may the question be put again.
            if ($answer !== null || curl_errno($curl) !== CURLE_COULDNT_CONNECT) {
                return $answer;
            }
        }
        return null;
    }

    private static function run($curl, string $method, string $body, array $headers, int $limit): ?array
    {
        $answer = ['status' => 0, 'headers' => [], 'body' => ''];
        curl_setopt_array($curl, [
            CURLOPT_PATH_AS_IS        => true,
            CURLOPT_PROXY             => '',
            CURLOPT_PROTOCOLS         => CURLPROTO_HTTP,
            CURLOPT_FOLLOWLOCATION    => false,
            CURLOPT_NOSIGNAL          => true,
            CURLOPT_CONNECTTIMEOUT_MS => min(self::CONNECT_MS, $limit),
            CURLOPT_TIMEOUT_MS        => $limit,
            CURLOPT_HTTPHEADER        => array_merge($headers, ['Expect:']),
            CURLOPT_HEADERFUNCTION    => static function ($curl, string $line) use (&$answer): int {
                if (strncmp($line, 'HTTP/', 5) === 0) {
                    $answer['headers'] = [];
                } elseif (strpos($line, ':') !== false) {
                    [$name, $value] = explode(':', $line, 2);
                    $answer['headers'][] = [strtolower(trim($name)), trim($value)];
                }
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => static function ($curl, string $part) use (&$answer): int {
                $answer['body'] .= $part;
                return strlen($answer['body']) > self::LARGEST ? 0 : strlen($part);
            },
        ]);
        if ($method === 'HEAD') {
            curl_setopt($curl, CURLOPT_NOBODY, true);
        } else {
            curl_setopt($curl, CURLOPT_CUSTOMREQUEST, $method);
            if ($method !== 'GET') {
                curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
            }
        }
        if (!curl_exec($curl)) {
            return null;
        }
        $answer['status'] = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        return $answer['status'] >= 200 ? $answer : null;
    }
}

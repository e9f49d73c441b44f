#!/bin/sh
# nginx and PHP-FPM for a CRM, every address led to its front controller: nginx.sh WORKERS PORT FOLDER LOG
# Runs until standard input ends, or until it is asked to end.
run=$3.web; mkdir "$run"; me=$(id -un)
cat >"$run/fpm.conf" <<END
[global]
error_log = $run/fpm.log
daemonize = no
[www]
user = $me
group = $(id -gn)
listen = $run/fpm.sock
pm = static
pm.max_children = $1
php_admin_value[error_log] = $4
php_admin_value[error_reporting] = 32767
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
php_admin_flag[expose_php] = off
php_admin_value[sys_temp_dir] = $run
php_admin_flag[opcache.validate_timestamps] = on
php_admin_value[opcache.revalidate_freq] = 0
END
cat >"$run/nginx.conf" <<END
pid $run/nginx.pid;
daemon off;
events {}
http {
    access_log off;
    large_client_header_buffers 4 32k;
    client_body_temp_path $run/body;
    fastcgi_temp_path $run/fastcgi;
    proxy_temp_path $run/proxy;
    uwsgi_temp_path $run/uwsgi;
    scgi_temp_path $run/scgi;
    include $run/bridge-http.con[f];
    types { text/css css; text/html html; text/javascript js; }
    server {
        listen 127.0.0.1:$2;
        location /assets/ { root $3; }
        location ~ ^/modules/.*[.]js\$ { root $3; }
        location = /favicon.ico { return 204; }
        include $run/bridge-server.con[f];
        location / {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $3/index.php;
            fastcgi_pass unix:$run/fpm.sock;
        }
    }
}
END
[ "$me" = root ] && sed -i "1i user root;" "$run/nginx.conf"
fpm= nginx=
# PHP-FPM leaves the process group; either ends its own workers.
end() {
    trap '' EXIT INT TERM HUP
    for pid in $fpm $nginx; do kill -TERM "$pid" 2>/dev/null; done
    wait
    rm -rf "$run"
}
trap end EXIT
trap 'exit 143' INT TERM HUP
php-fpm8.2 -R -y "$run/fpm.conf" >/dev/null 2>&1 &
fpm=$!
while [ ! -S "$run/fpm.sock" ]; do sleep 0.02; done
nginx -e "$run/nginx.log" -p "$run" -c "$run/nginx.conf" >/dev/null 2>&1 &
nginx=$!
read -r _
end
kill -KILL 0

# Apache with mod_proxy_fcgi and PHP-FPM, as Perfex's own .htaccess leads addresses to the front controller.
# $1 workers, $2 port, $3 the CRM's folder, $4 PHP's log
run=$3.web; mkdir "$run"; me=$(id -un)
cat >"$run/fpm.conf" <<END
[global]
error_log = $run/fpm.log
daemonize = no
[www]
user = $me
group = $(id -gn)
listen = $run/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = $1
php_admin_value[error_log] = $4
php_admin_value[error_reporting] = 32767
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
php_admin_flag[expose_php] = off
php_admin_value[sys_temp_dir] = $3
END
{
    echo "ServerRoot $run
PidFile $run/pid
DefaultRuntimeDir $run
ServerName localhost
ErrorLog $run/error.log
Listen 127.0.0.1:$2"
    for name in mpm_event authz_core proxy proxy_fcgi rewrite; do
        echo "LoadModule ${name}_module /usr/lib/apache2/modules/mod_$name.so"
    done
    [ "$me" = root ] && echo "User www-data
Group www-data"
    echo "DocumentRoot $3
<Directory $3>
Require all granted
# Without this line Apache keeps the header Authorization from PHP; API keys in X-Api-Key pass in any case.
CGIPassAuth On
</Directory>
RewriteEngine On
RewriteRule ^ $3/index.php [L]
<FilesMatch \"\\.php\$\">
SetHandler \"proxy:unix:$run/fpm.sock|fcgi://localhost\"
</FilesMatch>"
} >"$run/apache.conf"
[ "$me" = root ] && chmod 755 "$3" "$run"
php-fpm8.2 -R -y "$run/fpm.conf" >/dev/null 2>&1 &
fpm=$!
while [ ! -S "$run/fpm.sock" ]; do sleep 0.02; done
/usr/sbin/apache2 -D FOREGROUND -f "$run/apache.conf" >/dev/null 2>"$run/stderr" &
apache=$!
read -r _
kill -TERM $fpm $apache
wait
rm -rf "$run"
kill -KILL 0

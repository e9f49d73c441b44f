//! The folder of a CRM, and PHP that reads its routes as Perfex does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::DateTime;
use perfex_bridge::app::App;
use perfex_bridge::clock::ManualClock;
use perfex_bridge::companion::routes::{Routes, entries};
use perfex_bridge::perfex::app_config::find_php;
use tempfile::TempDir;

/// Like the end of the CRM's own `routes.php`: within a method, behind routes of its own.
const READER: &str = r"
define('BASEPATH', '/'); define('FCPATH', '/'); define('ADMIN_URI', 'admin');
class MY_Lang {}
function read($file) { $route = ['default_controller' => 'clients']; include_once($file); return $route; }
ob_start();
$route = read($argv[1]);
ob_end_clean();
foreach ($route as $key => $target) { echo bin2hex($key), ' ', bin2hex(is_string($target) ? $target : '?'), PHP_EOL; }
";

/// A CRM's folder without a CRM.
pub struct Tree {
    folder: TempDir,
    pub clock: Arc<ManualClock>,
}

/// PHP, which `scripts/needs` installs.
pub fn php() -> PathBuf {
    find_php().expect("no php in PATH: run scripts/needs")
}

impl Tree {
    /// A folder whose `my_routes.php` has these bytes.
    pub fn with(bytes: &[u8]) -> Self {
        let tree = Self::new();
        fs::write(tree.file(), bytes).unwrap();
        tree
    }

    /// A folder without a `my_routes.php`.
    pub fn new() -> Self {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Arc::new(ManualClock::starting_at(start));
        let tree = Self { folder: tempfile::Builder::new().prefix("pb-tree-").tempdir().unwrap(), clock };
        fs::create_dir_all(tree.config()).unwrap();
        fs::write(tree.config().join("app-config.php"), "<?php\n").unwrap();
        tree
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn config(&self) -> PathBuf {
        self.path().join("crm/application/config")
    }

    pub fn file(&self) -> PathBuf {
        self.config().join("my_routes.php")
    }

    pub fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    pub fn bytes(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }

    /// The names in the folder of the file: nothing of ours may stay there.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.config()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The backups, the oldest first.
    pub fn backups(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.state().join("routes/backups")) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    pub fn routes(&self) -> Routes {
        self.routes_with(Some(php()))
    }

    pub fn routes_with(&self, php: Option<PathBuf>) -> Routes {
        let clock: Arc<ManualClock> = Arc::clone(&self.clock);
        Routes::new(
            &self.path().join("crm"),
            &self.state(),
            php,
            clock,
            entries(&App::public_paths()).unwrap(),
        )
    }

    /// What `$route` holds after the file was included, without the CRM's own entry; `None` when PHP gives up.
    pub fn routed(&self) -> Option<Vec<(String, String)>> {
        assert!(accepted(&self.bytes()), "{}", String::from_utf8_lossy(&self.bytes()));
        routed(&self.file())
    }
}

/// What `$route` holds after `file` was included.
pub fn routed(file: &Path) -> Option<Vec<(String, String)>> {
    let mut command = Command::new(php());
    command.args(["-n", "-d", "display_errors=0", "-d", "short_open_tag=0", "-r", READER, "--"]).arg(file);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let decode = |word: &str| String::from_utf8_lossy(&hex::decode(word).unwrap()).into_owned();
    let pairs = text.lines().map(|line| {
        let (key, target) = line.split_once(' ').unwrap();
        (decode(key), decode(target))
    });
    let pairs: Vec<_> = pairs.collect();
    let whole = output.status.success() && pairs.first().is_some_and(|(key, _)| key == "default_controller");
    whole.then(|| pairs.into_iter().skip(1).collect())
}

/// Whether `php -l` takes these bytes, with short tags and without.
pub fn accepted(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("candidate.php");
    fs::write(&file, bytes).unwrap();
    ["short_open_tag=0", "short_open_tag=1"].into_iter().all(|tags| {
        let output = Command::new(php()).args(["-n", "-d", tags, "-l"]).arg(&file).output().unwrap();
        output.status.success()
    })
}

/// Our routes, as PHP should see them.
pub fn ours() -> Vec<(String, String)> {
    let routes = entries(&App::public_paths()).unwrap();
    routes.iter().map(|route| (route.pattern().to_owned(), route.target().to_owned())).collect()
}

//! A theme of somebody's own in the client portal, which lacks the places where modules add to its pages.

use std::fs;

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};

use super::house::House;
use crate::support::crm_web::{contact, staff};

/// The line of `check`.
async fn finding(house: &House) -> Value {
    let findings = house.site.run(&["check", "--json"]).await.json();
    findings.as_array().unwrap().iter().find(|line| line["check"] == "portal theme").unwrap().clone()
}

async fn choose(house: &House, theme: &str) {
    let sql = "UPDATE `tbloptions` SET `value` = ? WHERE `name` = 'clients_default_theme'";
    house.database.conn().await.exec_drop(sql, (theme,)).await.unwrap();
}

/// Copies the CRM's theme, without the lines that have these words.
fn make(house: &House, name: &str, without: &[&str]) {
    let (from, to) = (house.crm.folder.theme("perfex"), house.crm.folder.theme(name));
    fs::create_dir(&to).unwrap();
    for file in ["head.php", "index.php"] {
        let text = fs::read_to_string(from.join(file)).unwrap();
        let lines = text.lines().filter(|line| !without.iter().any(|word| line.contains(word)));
        fs::write(to.join(file), lines.collect::<Vec<_>>().join("\n")).unwrap();
    }
}

#[tokio::test]
async fn a_theme_without_the_places_of_modules_is_named_with_what_will_not_show_and_all_else_works() {
    let house = House::with_workers(4).await;
    make(&house, "acme", &["app_customers_head", "app_customers_footer"]);
    choose(&house, "acme").await;
    let told = house.site.json(&["install"]).await;
    assert_eq!(
        (&told["module"], &told["routes"], &told["troubles"]),
        (&json!("installed"), &json!("written"), &json!([]))
    );
    let folder = house.crm.folder.theme("acme").display().to_string();
    let detail = "the theme acme never calls app_customers_head(): scripts of our modules are not in its pages; the theme acme never \
                  calls app_customers_footer(): the CRM's own scripts and those of other modules are not in its pages; none of ours \
                  are there. Menus, pages and mails do not depend on it";
    let mend = format!(
        "put `<?php app_customers_head(); ?>` before </head> in {folder}/head.php, and put `<?php app_customers_footer(); ?>` \
         before </body> in {folder}/index.php"
    );
    assert_eq!(told["skipped"], json!([format!("{detail}; {mend}")]));
    let warned = json!({ "check": "portal theme", "status": "warn", "detail": detail, "mend": mend });
    assert_eq!(finding(&house).await, warned);
    // Nothing is half there: menus and pages of ours in the portal, and everything for staff.
    let _daemon = house.site.start_ready().await;
    let (ada, eva) = (staff(&house.database, 1).await, contact(&house.database).await);
    let home = house.crm.get("/clients", &[&eva]).await;
    assert!(home.code == 200 && home.body.contains(">Licenses</a>"), "{home:?}");
    assert_eq!(house.crm.get("/admin/perfex_bridge/staff_gateway/licenses", &[&ada]).await.code, 200);
    assert_eq!(house.crm.log(), "");
    // Mended as the sentence says.
    for (file, call, before) in
        [("head.php", "app_customers_head", "</head>"), ("index.php", "app_customers_footer", "</body>")]
    {
        let path = house.crm.folder.theme("acme").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(before, &format!("<?php {call}(); ?>\n{before}"))).unwrap();
    }
    let fine = json!({ "check": "portal theme", "status": "ok", "mend": null,
                       "detail": "acme has the places where modules add to its pages" });
    assert_eq!(finding(&house).await, fine);
    assert_eq!(house.site.json(&["install"]).await["skipped"], json!([]));
}

#[tokio::test]
async fn a_theme_that_is_not_there_or_is_none_is_said() {
    let house = House::with_workers(1).await;
    for (theme, said) in [
        ("gone", "the files of the client portal's theme, "),
        (
            "../../../etc",
            "the CRM's option clients_default_theme is `../../../etc`, which is no name of a theme",
        ),
    ] {
        choose(&house, theme).await;
        let found = finding(&house).await;
        assert_eq!(found["status"], "warn", "{found}");
        assert!(found["detail"].as_str().unwrap().starts_with(said), "{found}");
        let told = house.site.json(&["install"]).await;
        let skipped = told["skipped"][0].as_str().unwrap();
        assert!(
            skipped.starts_with(&format!("the client portal's theme was not looked at: {said}")),
            "{skipped}"
        );
    }
}

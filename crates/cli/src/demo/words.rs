//! What is said before and after.

use super::home::Home;
use crate::local::Children;
use crate::output::Output;

pub(super) fn greeting(output: &Output, home: &Home) {
    let again = if home.continued { "Going on with" } else { "Founded" };
    output.progress(format!(
        "{again} the network \"{}\"\n  identity {}\n  All its keys were made by one party, this program, and lie in {}: \
         a demonstration, not an office.",
        home.genesis.document.name,
        home.genesis.network,
        home.site.folder.display()
    ));
}

pub(super) fn invitation(output: &Output, home: &Home, children: &Children, example: &str) {
    let network = home.genesis.network;
    let folder = home.site.folder.display();
    let mut text = String::from("\nThe network is running.\n");
    for (validator, process) in children.processes() {
        text.push_str(&format!("  validator {validator}: {}  process {process}\n", home.site.api(validator)));
    }
    let first = home.site.api(1);
    let node = if home.site.port == 8800 { String::new() } else { format!(" --node {first}") };
    let program = program();
    text.push_str(&format!(
        "\nTry, in another terminal:\n\
         \x20 open {first}/ in a browser\n\
         \x20 {program} status{node}\n\
         \x20 {program} receipt{node} figure {example} -o figure.receipt\n\
         \x20 {program} verify figure.receipt --network {network}\n\
         \x20 {program} doctor{node}\n"
    ));
    if let Some((validator, process)) = children.processes().last() {
        text.push_str(&format!(
            "  kill -9 {process}        # validator {validator}; the others go on, and it comes back and catches up\n"
        ));
    }
    text.push_str(&format!("\nLogs are in {folder}/node-*/log.txt. Ctrl-C stops everything; run it again to go on."));
    output.progress(text);
}

/// How this program is called from here.
fn program() -> String {
    let (program, here) = (std::env::current_exe().unwrap_or_default(), std::env::current_dir().unwrap_or_default());
    let shown = program.strip_prefix(&here).unwrap_or(&program);
    if shown.as_os_str().is_empty() { "chancery".to_owned() } else { shown.display().to_string() }
}

//! `test`: builds every test in the one feature set, then runs them on the devices asked for.

use std::path::PathBuf;

use serde_json::Value;

use crate::flags::{Parsed, nearest};
use crate::process::{Failure, Outcome, Program};
use crate::system::{self, Need};
use crate::workspace::{Package, Workspace};

/// The devices that tests run on unless `--device` or `FASCICLE_TEST_DEVICES` says otherwise.
const DEVICES: &str = "cpu,ndarray";

/// Which tests, on what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Plan {
    packages: Vec<String>,
    /// Value of `FASCICLE_TEST_DEVICES`.
    devices: String,
    code: bool,
    documentation: bool,
    rest: Vec<String>,
}

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    let mut plan = Plan::of(parsed)?;
    if let (true, Ok(devices)) = (parsed.values("device").is_empty(), std::env::var("FASCICLE_TEST_DEVICES"))
    {
        plan.devices = devices;
    }
    system::ensure(&plan.needs(), !parsed.has("no-install"))?;
    let workspace = Workspace::load()?;
    for name in &plan.packages {
        known(&workspace, name)?;
    }
    if plan.packages.is_empty() {
        build(&workspace)?;
        return if parsed.has("no-run") { Ok(()) } else { plan.run_all(&workspace) };
    }
    let binaries = plan.build_some(&workspace)?;
    if parsed.has("no-run") { Ok(()) } else { plan.run_some(&workspace, &binaries) }
}

/// Builds the command and every test.
pub(crate) fn build(workspace: &Workspace) -> Outcome {
    crate::reproduce::build(workspace)?;
    Program::cargo(&workspace.root).args(["test", "--workspace", "--no-run"]).run()
}

impl Plan {
    fn of(parsed: &Parsed) -> Result<Self, Failure> {
        let (doc, no_doc) = (parsed.has("doc"), parsed.has("no-doc"));
        if doc && no_doc {
            return Err(Failure::usage("--doc and --no-doc together leave nothing to test"));
        }
        let asked = parsed.values("device").join(",");
        Ok(Self {
            packages: parsed.values("package").to_vec(),
            devices: if asked.is_empty() { DEVICES.to_owned() } else { asked },
            code: !doc,
            documentation: !no_doc,
            rest: parsed.rest.clone(),
        })
    }

    fn device_list(&self) -> impl Iterator<Item = &str> {
        self.devices.split(',').map(str::trim)
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = vec![Need::Compiler, Need::Blas];
        needs.extend(self.device_list().filter_map(system::needs_of_device));
        needs
    }

    fn environment(&self, workspace: &Workspace) -> Vec<(String, String)> {
        let command = workspace.fascicle().to_string_lossy().into_owned();
        let mut all = vec![
            ("FASCICLE_TEST_DEVICES".to_owned(), self.devices.clone()),
            ("FASCICLE_BIN".to_owned(), command),
        ];
        if self.device_list().any(|device| device.starts_with("wgpu")) {
            // Software Vulkan is slow and its drivers do not like many devices opened at once.
            all.push(("RUST_TEST_THREADS".to_owned(), "1".to_owned()));
            all.extend(system::no_compositor_environment());
        }
        if self.device_list().any(|device| device == "wgpu:cpu") {
            all.extend(system::software_vulkan_environment());
        }
        all
    }

    fn run_all(&self, workspace: &Workspace) -> Outcome {
        Program::cargo(&workspace.root)
            .args(["test", "--workspace"])
            .args(self.target_flags())
            .arg("--")
            .args(&self.rest)
            .envs(&self.environment(workspace))
            .run()
    }

    fn target_flags(&self) -> &'static [&'static str] {
        match (self.code, self.documentation) {
            (true, true) => &[],
            (true, false) => &["--lib", "--bins", "--tests", "--examples"],
            _ => &["--doc"],
        }
    }

    /// Builds the test binaries of the chosen packages.
    ///
    /// fascicle-cli is always among the packages named to cargo, because it switches on the features that the whole
    /// workspace is built with: the libraries below are then the very same files as in a full test run.
    fn build_some(&self, workspace: &Workspace) -> Result<Vec<Binary>, Failure> {
        if !self.code {
            return Ok(Vec::new());
        }
        // Only what may start the command waits for it.
        if self.packages.iter().any(|name| matches!(name.as_str(), "fascicle-tests" | "fascicle-cli")) {
            crate::reproduce::build(workspace)?;
        }
        let mut program = Program::cargo(&workspace.root).args(["test", "--no-run"]);
        program = program.args(self.package_flags()).arg("--message-format=json-render-diagnostics");
        let lines = program.output()?;
        let chosen =
            |id: &str| workspace.packages.iter().find(|p| p.id == id && self.packages.contains(&p.name));
        Ok(binaries(&lines, chosen))
    }

    fn package_flags(&self) -> Vec<String> {
        let mut names: Vec<&str> = self.packages.iter().map(String::as_str).collect();
        if names != ["xtask"] && !names.contains(&"fascicle-cli") {
            names.push("fascicle-cli");
        }
        names.into_iter().flat_map(|name| ["--package".to_owned(), name.to_owned()]).collect()
    }

    fn run_some(&self, workspace: &Workspace, binaries: &[Binary]) -> Outcome {
        let environment = self.environment(workspace);
        if self.code && binaries.is_empty() {
            eprintln!("no test binaries in {}", self.packages.join(", "));
        }
        for binary in binaries {
            Program::new(&binary.path)
                .args(&self.rest)
                .within(&binary.folder)
                .env("CARGO_MANIFEST_DIR", &binary.folder)
                .envs(&environment)
                .run()?;
        }
        let documented =
            self.packages.iter().any(|name| workspace.package(name).is_some_and(|p| p.has("lib")));
        if !self.documentation || !documented {
            return Ok(());
        }
        let program = Program::cargo(&workspace.root).args(["test", "--doc"]).args(self.package_flags());
        program.arg("--").args(&self.rest).envs(&environment).run()
    }
}

/// A built test binary and the folder it runs in.
#[derive(Debug, PartialEq, Eq)]
struct Binary {
    path: PathBuf,
    folder: PathBuf,
}

/// The test binaries named in cargo's JSON messages that belong to a chosen package.
fn binaries<'a>(messages: &str, chosen: impl Fn(&str) -> Option<&'a Package>) -> Vec<Binary> {
    let read = |line: &str| -> Option<Binary> {
        let json: Value = serde_json::from_str(line).ok()?;
        if json["reason"] != "compiler-artifact" || json["profile"]["test"] != true {
            return None;
        }
        let package = chosen(json["package_id"].as_str()?)?;
        Some(Binary { path: json["executable"].as_str()?.into(), folder: package.folder.clone() })
    };
    messages.lines().filter_map(read).collect()
}

fn known(workspace: &Workspace, name: &str) -> Outcome {
    if workspace.package(name).is_some() {
        return Ok(());
    }
    let names = workspace.packages.iter().map(|p| p.name.as_str());
    Err(Failure::usage(match nearest(name, names.clone()) {
        Some(near) => format!("no package `{name}` in the workspace; did you mean `{near}`?"),
        None => format!(
            "no package `{name}` in the workspace; there are {}",
            names.collect::<Vec<_>>().join(", ")
        ),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(arguments: &[&str]) -> Plan {
        Plan::of(&Parsed::of("test", arguments)).unwrap()
    }

    #[test]
    fn plain_test_is_everything_on_both_cpu_devices() {
        let plan = plan(&[]);
        assert_eq!((plan.devices.as_str(), plan.code, plan.documentation), ("cpu,ndarray", true, true));
        assert!(plan.target_flags().is_empty());
        assert_eq!(plan.needs(), [Need::Compiler, Need::Blas]);
        let environment = plan.environment(&Workspace::default());
        assert!(environment.iter().all(|(name, _)| name != "RUST_TEST_THREADS"));
    }

    #[test]
    fn software_vulkan_runs_one_test_at_a_time() {
        let plan = plan(&["--device", "cpu", "--device", "wgpu:cpu"]);
        assert_eq!(plan.devices, "cpu,wgpu:cpu");
        assert_eq!(plan.needs(), [Need::Compiler, Need::Blas, Need::SoftwareVulkan]);
        let environment = plan.environment(&Workspace::default());
        assert!(environment.contains(&("RUST_TEST_THREADS".to_owned(), "1".to_owned())));
    }

    #[test]
    fn one_package_keeps_the_features_of_the_whole() {
        assert_eq!(
            plan(&["-p", "fascicle-core"]).package_flags(),
            ["--package", "fascicle-core", "--package", "fascicle-cli"]
        );
        assert_eq!(plan(&["-p", "fascicle-cli"]).package_flags(), ["--package", "fascicle-cli"]);
        assert_eq!(plan(&["-p", "xtask"]).package_flags(), ["--package", "xtask"]);
    }

    #[test]
    fn doc_and_no_doc() {
        assert_eq!(plan(&["--doc"]).target_flags(), ["--doc"]);
        assert_eq!(plan(&["--no-doc"]).target_flags(), ["--lib", "--bins", "--tests", "--examples"]);
        assert!(Plan::of(&Parsed::of("test", &["--doc", "--no-doc"])).is_err());
    }

    #[test]
    fn only_test_binaries_of_chosen_packages_run() {
        let core = Package { id: "core".into(), folder: "/w/core".into(), ..Package::default() };
        let messages = r#"{"reason":"compiler-artifact","package_id":"core","profile":{"test":true},"executable":"/t/it-1"}
{"reason":"compiler-artifact","package_id":"core","profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","package_id":"cli","profile":{"test":true},"executable":"/t/it-2"}
{"reason":"build-finished","success":true}"#;
        let found = binaries(messages, |id| (id == "core").then_some(&core));
        assert_eq!(found, [Binary { path: "/t/it-1".into(), folder: "/w/core".into() }]);
    }

    #[test]
    fn unknown_packages_are_met_with_the_nearest() {
        let core = Package { name: "fascicle-core".into(), ..Package::default() };
        let workspace = Workspace { packages: vec![core], ..Workspace::default() };
        let error = known(&workspace, "fascicle-cor").unwrap_err();
        assert_eq!(
            error.message,
            "no package `fascicle-cor` in the workspace; did you mean `fascicle-core`?"
        );
        assert!(known(&workspace, "fascicle-core").is_ok());
    }
}

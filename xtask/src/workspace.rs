//! The workspace as cargo sees it: packages, their declared dependencies, where things are built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::process::{Failure, Program};

/// The workspace: from `cargo metadata --no-deps`.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// The target folder, wherever `CARGO_TARGET_DIR` or a configuration put it.
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
    pub(crate) publish: bool,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) targets: Vec<Target>,
}

/// A dependency as its manifest declares it.
#[derive(Debug, Default)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) dev: bool,
    pub(crate) optional: bool,
    /// A folder of this workspace rather than a registry.
    pub(crate) local: bool,
}

/// A library, binary, test or benchmark of a package.
#[derive(Debug, Default)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: String,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self, Failure> {
        Self::load_from(&root(), &[])
    }

    /// Asks cargo with more arguments: of another manifest, say.
    pub(crate) fn load_from(root: &Path, more: &[&str]) -> Result<Self, Failure> {
        let text = Program::cargo(root)
            .args(["metadata", "--no-deps", "--format-version", "1", "--quiet"])
            .args(more)
            .output()?;
        Self::parse(&text)
            .map_err(|e| Failure::run(format!("cannot read what `cargo metadata` printed: {e}")))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let packages = array(&json["packages"]).map(package).collect::<Result<_, _>>()?;
        Ok(Self {
            root: string(&json["workspace_root"], "workspace_root")?.into(),
            target: string(&json["target_directory"], "target_directory")?.into(),
            packages,
        })
    }

    /// The package of that name.
    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|p| p.name == name)
    }

    /// The built `fascicle` command.
    pub(crate) fn fascicle(&self) -> PathBuf {
        self.target.join("debug").join(format!("fascicle{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where `reproduce` writes unless told otherwise.
    pub(crate) fn reports(&self) -> PathBuf {
        self.target.join("fascicle")
    }
}

impl Package {
    /// Whether it has a target of that kind (`lib`, `bin`, `test`, `bench`).
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.targets_of(kind).next().is_some()
    }

    pub(crate) fn targets_of(&self, kind: &str) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(move |t| t.kind == kind)
    }

    /// Others link to it: a library under `crates/`, rather than a command, the tests or the benchmarks.
    pub(crate) fn is_library(&self) -> bool {
        self.has("lib") && self.folder.parent().is_some_and(|parent| parent.ends_with("crates"))
    }
}

/// The workspace root: the folder above this package.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

fn package(json: &Value) -> Result<Package, String> {
    let manifest = PathBuf::from(string(&json["manifest_path"], "manifest_path")?);
    Ok(Package {
        name: string(&json["name"], "name")?,
        id: string(&json["id"], "id")?,
        folder: manifest.parent().map(Path::to_path_buf).unwrap_or_default(),
        publish: json["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
        dependencies: array(&json["dependencies"]).map(dependency).collect::<Result<_, _>>()?,
        features: json["features"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), strings(v)))
            .collect(),
        targets: array(&json["targets"]).map(target).collect::<Result<_, _>>()?,
    })
}

fn dependency(json: &Value) -> Result<Dependency, String> {
    Ok(Dependency {
        name: string(&json["name"], "dependency name")?,
        dev: json["kind"] == "dev",
        optional: json["optional"] == true,
        local: json["source"].is_null(),
    })
}

fn target(json: &Value) -> Result<Target, String> {
    let kinds = strings(&json["kind"]);
    // Every flavour of library counts as one.
    let library =
        kinds.iter().any(|k| matches!(k.as_str(), "lib" | "rlib" | "dylib" | "cdylib" | "proc-macro"));
    let kind = if library { "lib".to_owned() } else { kinds.into_iter().next().unwrap_or_default() };
    Ok(Target { name: string(&json["name"], "target name")?, kind })
}

fn array(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

fn strings(json: &Value) -> Vec<String> {
    array(json).filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn string(json: &Value, what: &str) -> Result<String, String> {
    json.as_str().map(str::to_owned).ok_or_else(|| format!("no {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_prints_is_understood() {
        let workspace = Workspace::parse(
            r#"{"workspace_root": "/w", "target_directory": "/t", "packages": [{
                "name": "a", "id": "path+file:///w/crates/a#0.0.0", "manifest_path": "/w/crates/a/Cargo.toml", "publish": [],
                "features": {"default": ["wgpu"], "wgpu": []},
                "targets": [{"name": "a", "kind": ["rlib", "cdylib"]}, {"name": "it", "kind": ["test"]}],
                "dependencies": [{"name": "b", "kind": "dev", "optional": false, "source": null},
                                 {"name": "c", "kind": null, "optional": true, "source": "registry+x"}]}]}"#,
        )
        .unwrap();
        let a = workspace.package("a").unwrap();
        assert!(a.is_library() && a.has("test") && !a.has("bin") && !a.publish);
        assert_eq!(a.folder, Path::new("/w/crates/a"));
        assert!(a.dependencies[0].dev && a.dependencies[0].local);
        assert!(a.dependencies[1].optional && !a.dependencies[1].local);
        assert_eq!(a.features["default"], ["wgpu"]);
        assert_eq!(Workspace::parse("{}").unwrap_err(), "no workspace_root");
    }
}

//! Gradients against finite differences, in f64.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Device, Gradients, Tensor};
use fascicle_core::dtype;

use super::super::{Losses, Neuroformer, NeuroformerConfig};
use super::{changed, convolved, everything, windows};

fn loss(model: &Neuroformer) -> Tensor<1> {
    let windows = windows();
    let batch = model.batch(&windows.iter().collect::<Vec<_>>()).unwrap();
    Losses::of(model, &model.forward(&batch), &batch).unwrap().total
}

/// The gradient of the parameter at a path.
struct Finder<'a> {
    wanted: &'a str,
    path: Vec<String>,
    gradients: &'a Gradients,
    found: Option<Vec<f64>>,
}

impl ModuleVisitor for Finder<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.path.join(".") == self.wanted {
            self.found = param.val().grad(self.gradients).map(|gradient| gradient.try_into_vec_as().unwrap());
        }
    }
}

#[test]
fn are_those_of_finite_differences() {
    for (name, device) in fascicle_core::testing::test_devices() {
        if dtype::widest(&device) != DType::F64 {
            continue;
        }
        check(&name, &device, everything(), &EVERYTHING);
        check(&name, &device, convolved(), &CONVOLVED);
    }
}

/// Parameters of the network with every part, and places in them.
const EVERYTHING: [(&str, [usize; 3]); 16] = [
    ("token.weight", [3, 20, 41]),
    ("position.weight", [1, 9, 30]),
    ("past_position.weight", [0, 12, 39]),
    ("encoder.0.attention.q.weight", [0, 17, 50]),
    ("past.0.attention.k.weight", [2, 33, 60]),
    ("past.0.attention.v.bias", [0, 3, 7]),
    ("stimulus.0.attention.o.weight", [5, 21, 63]),
    ("stimulus_in.weight", [0, 11, 23]),
    ("current.0.norm_1.gain", [0, 4, 7]),
    ("current.0.up.weight", [8, 100, 255]),
    ("current.0.norm_out.bias", [1, 3, 6]),
    ("head_id.weight", [0, 25, 55]),
    ("head_dt.weight", [7, 70, 135]),
    ("head_behaviour.weight", [0, 7, 15]),
    ("contrast_state.weight", [1, 13, 39]),
    ("contrast_partner.weight", [0, 4, 9]),
];

/// Those before a stimulus is looked at.
const CONVOLVED: [(&str, [usize; 3]); 5] = [
    ("stimulus_in.weight", [0, 11, 23]),
    ("stimulus_norm.gain", [0, 4, 7]),
    ("stimulus_norm.bias", [1, 2, 6]),
    ("stimulus_encoder.0.attention.v.weight", [3, 30, 61]),
    ("stimulus_encoder.0.down.weight", [9, 99, 250]),
];

fn check(
    device_name: &str,
    device: &Device,
    config: NeuroformerConfig,
    parameters: &[(&'static str, [usize; 3])],
) {
    let with = |parameter: &'static str, at: usize, by: f64| {
        let model =
            changed(config.clone(), &device.clone().without_autodiff(), DType::F64, |name, values| {
                if name == parameter {
                    values[at] += by;
                }
            });
        loss(&model).into_scalar::<f64>()
    };
    let model = changed(config.clone(), &device.clone().autodiff(), DType::F64, |_, _| ());
    let gradients = loss(&model).backward();
    let h = 1e-5;
    for &(parameter, places) in parameters {
        let mut finder = Finder { wanted: parameter, path: Vec::new(), gradients: &gradients, found: None };
        model.visit(&mut finder);
        let found = finder.found.unwrap_or_else(|| panic!("{device_name}: {parameter} has no gradient"));
        for at in places {
            let slope = (with(parameter, at, h) - with(parameter, at, -h)) / (2.0 * h);
            let near = (found[at] - slope).abs() <= 1e-7 + 1e-6 * slope.abs();
            assert!(
                near,
                "{device_name}: {parameter}[{at}]: {} by autodiff, {slope} by differences",
                found[at]
            );
        }
    }
}

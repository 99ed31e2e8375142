//! Opening and listing devices.

use burn::tensor::{DType, Tensor};
use fascicle_core::{CoreError, DeviceSpec, DeviceState, device, device_name, devices, dtype, testing};

#[test]
fn specs_read_and_write() {
    for (text, spec) in [
        ("cpu", DeviceSpec::Cpu),
        ("ndarray", DeviceSpec::NdArray),
        ("wgpu", DeviceSpec::Wgpu),
        ("wgpu:cpu", DeviceSpec::WgpuCpu),
        ("cuda:0", DeviceSpec::Cuda(0)),
        ("cuda:12", DeviceSpec::Cuda(12)),
    ] {
        assert_eq!(text.parse::<DeviceSpec>().unwrap(), spec);
        assert_eq!(spec.to_string(), text);
    }
    assert_eq!("cuda".parse::<DeviceSpec>().unwrap(), DeviceSpec::Cuda(0));
    for text in ["", "cpu ", "Cpu", "cuda:", "cuda:-1", "cuda:0x1", "cuda:99999999999999999999999", "wgpu:0"]
    {
        assert!(matches!(text.parse::<DeviceSpec>(), Err(CoreError::UnknownDevice { .. })), "{text}");
    }
}

#[test]
fn every_test_device_opens_and_computes() {
    for (name, device) in testing::test_devices() {
        let sum = Tensor::<1>::from_floats([1.0, 2.0, 3.0], &device).sum().into_scalar::<f32>();
        assert_eq!(sum, 6.0, "{name}");
        assert_eq!(device_name(&device), name.replace("cuda", "cuda:0").replace("cuda:0:", "cuda:"));
        assert_eq!(device_name(&device.clone().autodiff()), device_name(&device));
        dtype::require(&device, DType::F32).unwrap();
        assert!(dtype::supported(&device).contains(&DType::F32), "{name}");
    }
}

/// Lists on any machine, with or without drivers, and says of each device what it is.
#[test]
fn the_list_is_complete_and_true() {
    let devices = devices();
    let specs: Vec<_> = devices.iter().map(|info| info.spec.as_str()).collect();
    assert_eq!(specs[..5], ["cpu", "ndarray", "wgpu", "wgpu:cpu", "cuda:0"]);
    for info in &devices {
        let spec: DeviceSpec = info.spec.parse().unwrap();
        match &info.state {
            DeviceState::Ready => {
                assert!(!info.name.is_empty(), "{info:?}");
                assert!(info.dtypes.contains(&DType::F32), "{info:?}");
                assert_eq!(device_name(&device(&info.spec).unwrap()), info.spec);
            }
            DeviceState::NotBuilt { feature } => {
                assert_eq!(spec.feature(), Some(*feature));
                let error = device(&info.spec).unwrap_err();
                assert!(matches!(error, CoreError::DeviceNotBuilt { .. }), "{error}");
                assert!(error.to_string().contains("ready here: cpu"), "{error}");
            }
            DeviceState::Missing { why } => {
                assert!(!why.is_empty(), "{info:?}");
                let error = device(&info.spec).unwrap_err();
                assert!(
                    error.to_string().contains("ready here: cpu")
                        || matches!(error, CoreError::DeviceBroken { .. })
                );
            }
        }
    }
    assert_eq!(devices[0].state, DeviceState::Ready);
    assert_eq!(devices[1].state == DeviceState::Ready, cfg!(feature = "ndarray"));
    for info in &devices[2..4] {
        assert_eq!(matches!(info.state, DeviceState::NotBuilt { .. }), !cfg!(feature = "wgpu"), "{info:?}");
    }
    assert_eq!(matches!(devices[4].state, DeviceState::NotBuilt { .. }), !cfg!(feature = "cuda"));
}

#[test]
fn an_unknown_name_is_told_what_there_is() {
    let error = device("gpu").unwrap_err().to_string();
    assert!(error.contains("did you mean `wgpu`?") && error.contains("ready here: cpu"), "{error}");
}

/// Asking for many devices at once from many threads opens each of them once.
#[test]
fn opening_is_thread_safe() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (name, device) in testing::test_devices() {
                    let ones = Tensor::<2>::ones([3, 3], &device);
                    assert_eq!(ones.clone().matmul(ones).sum().into_scalar::<f32>(), 27.0, "{name}");
                }
            });
        }
    });
}

package dev.evenkeel.adapters.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages are ONNX Runtime's 1.29.0, on machines with the libraries and without a GPU. */
class CudaProviderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/\
          provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() \
          [ONNXRuntimeError] : 1 : FAIL : Failed to load library /tmp/o/libonnxruntime_providers_\
          cuda.so with error: libcublasLt.so.12: cannot open shared object file \
          | libcublasLt.so.12: cannot open shared object file
          Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/providers/cuda/\
          cuda_execution_provider_info.cc:62 [ONNXRuntimeError] : 1 : FAIL : \
          provider_options_utils.h:187 Parse Failed to parse provider option "device_id": CUDA \
          failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=host ; \
          expr=cudaGetDeviceCount(&num_devices); \
          | CUDA failure 100: no CUDA-capable device is detected
          Error code - ORT_EP_FAIL - message: not built with CUDA \
          | Error code - ORT_EP_FAIL - message: not built with CUDA
          """)
  void saysWhatIsWrongWithoutThePlacesInOnnxRuntimesSources(String message, String reason) {
    assertThat(CudaProvider.reason(message)).isEqualTo(reason);
  }
}

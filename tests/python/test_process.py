"""What a process has to do with it: libraries, threads, signals, forks, memory."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import halftone
import numpy as np
from conftest import samples

PRELUDE = """
    import os, sys, signal, threading, time
    import numpy as np
    sys.path.insert(0, {tests!r})
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    from conftest import classifier, samples

    def runtimes():
        lines = {{line.split()[-1] for line in open("/proc/self/maps") if " r-xp " in line}}
        kinds = ("libonnxruntime.so", "onnxruntime_pybind11_state")
        return sorted(line for line in lines if os.path.basename(line).startswith(kinds))
"""


def run_script(text, tmp_path, **environment):
    script = tmp_path / "script.py"
    prelude = textwrap.dedent(PRELUDE).format(tests=str(Path(__file__).parent))
    script.write_text(prelude + textwrap.dedent(text))
    return subprocess.run(
        [sys.executable, script], capture_output=True, text=True, cwd=tmp_path, env={**os.environ, **environment}
    )


def check_script(text, tmp_path, **environment):
    done = run_script(text, tmp_path, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_runtime_that_was_imported_is_the_one_in_use(tmp_path):
    check_script(
        """
        import onnxruntime
        before = runtimes()
        import halftone
        result = halftone.quantize(classifier(), calib=samples()[0], eval=samples())
        adaptor = halftone.adaptor("onnxruntime")
        session = onnxruntime.InferenceSession(result.output, providers=["CPUExecutionProvider"])
        assert session.run(None, {"x": samples()[0]})[0].shape == (200, 4)
        assert runtimes() == before, runtimes()
        assert len(before) == 1, before
        backend = next(b for b in halftone.backends()["backends"] if b["key"] == "onnxruntime")
        assert backend["library"] == adaptor.framework.library == before[0]
        assert backend["version"] == onnxruntime.__version__
        """,
        tmp_path,
    )


def test_a_process_that_imported_none_uses_the_library_of_its_own_packages(tmp_path):
    check_script(
        """
        import halftone
        result = halftone.quantize(classifier(), calib=samples()[0], eval=samples())
        (library,) = runtimes()
        assert os.path.basename(library).startswith("libonnxruntime.so"), library
        assert any(library.startswith(folder) for folder in sys.path if folder), library
        import onnxruntime  # which brings the copy in its own module
        session = onnxruntime.InferenceSession(result.output, providers=["CPUExecutionProvider"])
        assert session.run(None, {"x": samples()[0]})[0].shape == (200, 4)
        again = halftone.quantize(classifier(), calib=samples()[0])
        assert open(again.output, "rb").read() == open(result.output, "rb").read()
        """,
        tmp_path,
    )


def test_nothing_of_a_framework_is_imported(tmp_path):
    check_script(
        """
        import halftone
        for module in ("onnx", "onnxruntime", "torch", "pandas", "IPython"):
            halftone_alone = module not in sys.modules or module == "onnx"  # the fixtures import onnx
            assert halftone_alone, module
        assert not runtimes()
        """,
        tmp_path,
    )


def test_the_runtimes_telemetry_is_off(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    check_script(
        """
        import halftone
        halftone.quantize(classifier(), calib=samples()[0])
        """,
        tmp_path,
        HOME=str(home),
    )
    assert not list(home.rglob("*"))


def test_other_threads_run_while_native_work_goes_on(model, labelled):
    counted = 0
    done = threading.Event()

    def count():
        nonlocal counted
        while not done.is_set():
            counted += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        halftone.benchmark(model, runs=100_000, batch=8192, max_seconds=1)
    finally:
        done.set()
        thread.join()
    assert counted > 20


def test_several_threads_may_quantize_at_once(model, labelled):
    outputs, errors = [], []

    def work():
        try:
            outputs.append(halftone.quantize(model, calib=labelled[0], eval=labelled).model.SerializeToString())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(outputs) == 6
    assert len(set(outputs)) == 1


def test_ctrl_c_ends_native_work(tmp_path):
    started = time.monotonic()
    done = run_script(
        """
        import halftone
        threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            halftone.benchmark(classifier(), runs=100_000, batch=8192, max_seconds=100)
        except KeyboardInterrupt:
            print("interrupted")
        halftone.plan(classifier())  # and the next call works
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        """,
        tmp_path,
    )
    assert "interrupted" in done.stdout, done.stderr
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - started < 60


def test_ctrl_c_ends_a_function_of_the_users(tmp_path):
    done = run_script(
        """
        import halftone
        def judge(model):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)
            return 1.0
        try:
            halftone.quantize(classifier(), calib=samples()[0], eval_func=judge)
        except KeyboardInterrupt:
            print("interrupted")
        """,
        tmp_path,
    )
    assert "interrupted" in done.stdout, done.stderr


def test_an_interrupted_search_hands_its_result_over(tmp_path):
    done = run_script(
        """
        import halftone, onnx
        def told(event):
            if event.kind == "trial" and event.trial["id"] == 2:
                os.kill(os.getpid(), signal.SIGINT)
        try:
            halftone.tune(classifier(), "best.onnx", data=samples(), strategy="random", objective="size",
                          max_drop="5pt", effort="thorough", max_trials=1000, progress=told)
        except KeyboardInterrupt as interrupt:
            assert interrupt.result.stop_reason == "interrupted", interrupt.result
            assert len(interrupt.result.trials) >= 3
            onnx.load("best.onnx")
            print("interrupted")
        """,
        tmp_path,
    )
    assert "interrupted" in done.stdout, done.stderr


def test_a_handler_of_the_users_own_is_heard(tmp_path):
    done = run_script(
        """
        import halftone
        class Mine(Exception): pass
        def handler(number, frame):
            raise Mine
        signal.signal(signal.SIGINT, handler)
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            halftone.benchmark(classifier(), runs=100_000, batch=8192, max_seconds=100)
        except Mine:
            print("mine")
        """,
        tmp_path,
    )
    assert "mine" in done.stdout, done.stderr


def test_a_child_that_was_forked_between_calls_works(tmp_path):
    check_script(
        """
        import halftone
        halftone.quantize(classifier(), calib=samples()[0])
        child = os.fork()
        if child == 0:
            result = halftone.quantize(classifier(), calib=samples()[0])
            os._exit(0 if result.ops["quantized"] else 3)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        """,
        tmp_path,
    )


def test_what_was_opened_before_a_fork_is_refused_after_it(tmp_path):
    check_script(
        """
        import halftone, onnx
        onnx.save(classifier(), "m.onnx")
        adaptor = halftone.adaptor("onnxruntime")
        session = adaptor.open(adaptor.load("m.onnx"))
        session.run({"x": samples(2)[0]})
        child = os.fork()
        if child == 0:
            for call in (lambda: session.run({"x": samples(2)[0]}), lambda: adaptor.load("m.onnx")):
                try:
                    call()
                except halftone.UnsupportedError as error:
                    assert "fork" in str(error)
                else:
                    os._exit(4)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        session.run({"x": samples(2)[0]})
        """,
        tmp_path,
    )


def test_a_fork_while_work_goes_on_is_refused_clearly_in_the_child(tmp_path):
    check_script(
        """
        import halftone
        work = lambda: halftone.benchmark(classifier(), runs=100_000, batch=8192, max_seconds=3)
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(1)
        child = os.fork()
        if child == 0:
            try:
                halftone.plan(classifier())
            except halftone.UnsupportedError as error:
                os._exit(0 if "forked" in str(error) else 5)
            os._exit(6)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        thread.join()
        halftone.plan(classifier())
        """,
        tmp_path,
    )


def test_processes_that_are_spawned_give_results_and_errors_back(tmp_path):
    check_script(
        """
        import multiprocessing, pickle
        import halftone

        def work(strict):
            try:
                halftone.quantize(classifier(), calib=samples()[0] if strict else 3)
            except halftone.Error as error:
                return error
            return "done"

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                done, failed = pool.map(work, [True, False])
            assert done == "done"
            assert isinstance(failed, halftone.InvalidArgumentError), failed
            assert failed.hint
        """,
        tmp_path,
    )


def test_a_thousand_quantizations_take_no_more_memory_than_a_hundred(tmp_path):
    out = check_script(
        """
        import gc
        import halftone
        def resident():
            return int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1])
        model, x = classifier(), samples(20)[0]
        for step in range(1000):
            halftone.quantize(model, calib=x, calib_samples=20, progress=False)
            if step == 99:
                gc.collect()
                early = resident()
        gc.collect()
        print(early, resident())
        assert resident() < early * 1.05 + 4000, (early, resident())
        """,
        tmp_path,
    )
    assert out


def test_objects_outlive_what_made_them(model, tmp_path):
    import onnx

    onnx.save(model, tmp_path / "m.onnx")
    adaptor = halftone.adaptor("onnxruntime")
    loaded = adaptor.load(tmp_path / "m.onnx")
    session = adaptor.open(loaded)
    del adaptor, loaded
    (output,) = session.run({"x": samples(3)[0]}).values()
    del session
    assert output.shape == (3, 4)
    assert np.isfinite(output).all()


def test_the_main_thread_alone_watches_ctrl_c(model, labelled):
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=lambda: halftone.quantize(model, calib=labelled[0]))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is before

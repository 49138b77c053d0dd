import importlib.util
import sys
from pathlib import Path

# importlib mode puts no folder on the path; the helper is loaded by its file.
_spec = importlib.util.spec_from_file_location("lepton_pion_dirac", Path(__file__).with_name("dirac.py"))
_module = importlib.util.module_from_spec(_spec)
sys.modules["lepton_pion_dirac"] = _module
_spec.loader.exec_module(_module)

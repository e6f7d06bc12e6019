"""Which files of installed packages we serve: only those that a page uses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django_htmx
import django_include_bootstrap
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SERVED = (
    (django_include_bootstrap, ("css/bootstrap.min.css", "css/bootstrap.min.css.map")),
    (django_htmx, ("django_htmx/htmx-2.min.js",)),
)


class PackageFinder(BaseFinder):
    """Finds the files named in SERVED inside their packages; everything else in them stays unserved."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folders = [
            (FileSystemStorage(location=Path(next(iter(package.__path__))) / "static"), names)
            for package, names in SERVED
        ]

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [folder.path(path) for folder, names in self.folders if path in names]
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        for folder, names in self.folders:
            for name in names:
                if not matches_patterns(name, list(ignore_patterns or ())):
                    yield name, folder


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names that tell the content, also where one module of ours imports another."""

    support_js_module_import_aggregation = True

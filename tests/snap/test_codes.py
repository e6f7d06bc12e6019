"""Response codes and services of SNAP."""

from __future__ import annotations

import pytest

from payments.snap.codes import (
    MESSAGES,
    CodeError,
    ResponseCode,
    Service,
    answer,
    message,
    parse_response_code,
    response_code,
)


@pytest.mark.parametrize(
    ("http", "service", "case", "code"),
    [
        (200, Service.QR_GENERATE, "00", "2004700"),
        (401, Service.TOKEN_B2B, "00", "4017300"),
        (409, Service.QR_NOTIFY, "00", "4095200"),
        (403, Service.QR_NOTIFY, "01", "4035201"),
        (429, Service.QR_NOTIFY, "00", "4295200"),
    ],
)
def test_response_code_is_status_service_case(http: int, service: Service, case: str, code: str) -> None:
    assert response_code(http, service, case) == code
    assert parse_response_code(code) == ResponseCode(http, service.code, case)
    assert str(parse_response_code(int(code))) == code


def test_unlisted_case_is_refused() -> None:
    with pytest.raises(CodeError):
        response_code(200, Service.QR_NOTIFY, "77")


@pytest.mark.parametrize(
    "value", [None, True, "", "200520", "20052000", "abc5200", "9005200", 2005200.0, "２００５２００"]
)
def test_what_is_no_response_code_is_refused(value: object) -> None:
    with pytest.raises(CodeError):
        parse_response_code(value)


def test_detail_takes_the_bracketed_place() -> None:
    assert message(400, "01", "X-TIMESTAMP") == "Invalid Field Format X-TIMESTAMP"
    assert message(401, "00", "Signature") == "Unauthorized. Signature"
    assert message(403, "01") == "Feature Not Allowed"
    assert len(message(400, "01", "x" * 300)) == 150
    assert answer(200, Service.QR_NOTIFY) == {"responseCode": "2005200", "responseMessage": "Successful"}


def test_services_have_distinct_codes_and_paths() -> None:
    assert (
        len({service.code for service in Service})
        == len({service.path for service in Service})
        == len(Service)
    )
    assert Service.of("52") is Service.QR_NOTIFY
    assert Service.QR_NOTIFY.path == "/v1.0/qr/qr-mpm-notify"
    with pytest.raises(CodeError):
        Service.of("99")


def test_every_standard_case_has_a_message() -> None:
    assert len(MESSAGES) == 63

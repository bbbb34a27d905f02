"""Reads services and requests by a client of GeoReport v2 that isn't ours (PyPI georeport), in both forms, and files a report
with what the client knows of the server. The client itself can't send, so that is done with its address, key and form.

    GEOREPORT_API_KEY=… python Tests/API/georeport_client.py http://127.0.0.1:8080
"""

import sys
import xml.dom.minidom

import requests
from georeport import GeoReport

address = sys.argv[1] + "/open311/v2"
clients = {form: GeoReport(address, output_format=form) for form in ("json", "xml")}


def texts(value):
    """JSON as XML would say it: no numbers, no flags, nothing as nothing."""
    if isinstance(value, dict):
        return {name: texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [texts(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value in (None, "") else str(value)


# Services, with Chinese in them, the same in both forms.
services = clients["json"].get_service_list()
assert len(services) > 40 and any("井盖" in service["service_name"] for service in services), services[:2]
assert texts(services) == texts(clients["xml"].get_service_list())

# What a service asks.
for service in services:
    if service["metadata"]:
        definition = clients["json"].get_service_definition(service["service_code"])
        assert definition["attributes"], service
road = clients["json"].get_service_definition("2002")["attributes"]
asked = clients["xml"].get_service_definition("2002")["attributes"]["attribute"]
assert texts(road[0]["values"]) == asked["values"]["value"], (road, asked)

# The public list: hazards and nothing else, without words, names and exact places.
public = {service["service_code"] for service in services if service["type"] == "realtime"}
listed = clients["json"].get_service_requests()
assert listed and len(listed) <= 1000, "the demo city has hazards"
assert texts(listed) == texts(clients["xml"].get_service_requests())
for one in listed:
    assert one["service_code"] in public and one["description"] is None and one["media_url"] is None, one
    assert one["requested_datetime"].endswith("T00:00:00+08:00"), one
closed = clients["json"].get_service_requests(status="closed", service_code=",".join(sorted(public)))
assert {one["status"] for one in closed} <= {"closed"}
first = clients["json"].get_service_request(listed[0]["service_request_id"])
assert first == listed[0]
assert clients["json"].get_service_requests(service_request_id=first["service_request_id"]) == [first]

# A span that is too long is refused in words.
answer = requests.get(f"{address}/requests.json?start_date=2020-01-01T00:00:00Z&end_date=2026-01-01T00:00:00Z", timeout=20)
assert answer.status_code == 400 and answer.json()[0]["code"] == 400, answer.text

# A report, and the report again.
client = clients["json"]
form = {
    "api_key": client.api_key, "service_code": "2002", "lat": "41.795", "long": "123.456",
    "description": "路灯不亮 <&>", "attribute[what]": "light", "first_name": "甄", "phone": "13957190264",
}  # fmt: skip
sent = [
    requests.post(f"{client.root_address}/requests.{kind}", data=form, headers={"Idempotency-Key": "one"}, timeout=20)
    for kind in ("json", "json", "xml")
]
assert [answer.status_code for answer in sent] == [201, 200, 200], [answer.text for answer in sent]
number = sent[0].json()[0]["service_request_id"]
assert sent[1].json() == sent[0].json()
assert number in xml.dom.minidom.parseString(sent[2].content).toxml()
assert client.get_service_request(number)["status"] == "open"
without = requests.post(f"{client.root_address}/requests.xml", data=form | {"api_key": "wrong"}, timeout=20)
assert without.status_code == 403 and xml.dom.minidom.parseString(without.content).documentElement.tagName == "errors"

print(f"GeoReport v2: {len(services)} services, {len(listed)} requests, {number} filed", flush=True)

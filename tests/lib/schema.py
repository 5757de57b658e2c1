"""Compares a JSON answer with its schema in contract/schemas.json; the part of JSON Schema that file uses."""
from __future__ import annotations

import json
import pathlib
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = json.loads((ROOT / 'contract/schemas.json').read_text(encoding='utf-8'))
KNOWN = {'type', 'required', 'properties', 'items', 'enum', '$ref', 'additionalProperties', 'description', 'format'}
TYPES = {'object': dict, 'array': list, 'string': str, 'integer': int, 'number': (int, float), 'boolean': bool,
         'null': type(None)}


def is_type(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and not (name in ('integer', 'number') and isinstance(value, bool))


def problems(value: Any, schema: dict[str, Any], place: str) -> list[str]:
    """What is wrong with @value, each with its place; empty when it fits."""
    if unknown := set(schema) - KNOWN:
        return [f'{place}: the schema says {unknown}, which is not understood here']
    if '$ref' in schema:
        return problems(value, SCHEMAS[schema['$ref'].rsplit('/', 1)[1]], place)
    types = schema.get('type', [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(value, name) for name in types):
        return [f'{place}: {value!r} is no {" or ".join(types)}']
    if 'enum' in schema and value not in schema['enum']:
        return [f'{place}: {value!r} is not one of {schema["enum"]}']
    if isinstance(value, list):
        return [text for number, item in enumerate(value)
                for text in problems(item, schema.get('items', {}), f'{place}[{number}]')]
    return object_problems(value, schema, place) if isinstance(value, dict) else []


def object_problems(value: dict[str, Any], schema: dict[str, Any], place: str) -> list[str]:
    found = [f'{place}: {name} is missing' for name in schema.get('required', []) if name not in value]
    properties, more = schema.get('properties', {}), schema.get('additionalProperties', 'properties' not in schema)
    for name, item in value.items():
        if name in properties:
            found += problems(item, properties[name], f'{place}.{name}')
        elif more is False:
            found.append(f'{place}: {name} is not described')
        elif isinstance(more, dict):
            found += problems(item, more, f'{place}.{name}')
    return found


def check(value: Any, name: str) -> None:
    """@name: a schema of the contract."""
    if found := problems(value, SCHEMAS[name], name):
        raise AssertionError('; '.join(found[:5]))

import unittest

import schema

ITEM = {'type': 'object', 'required': ['a'], 'properties': {
    'a': {'type': 'integer'}, 'b': {'type': ['string', 'null']}, 'c': {'type': 'array', 'items': {'enum': ['x', 'y']}}}}
ROWS = [
    ({'a': 1}, ITEM, ''),
    ({'a': 1, 'b': None, 'c': ['x', 'y']}, ITEM, ''),
    ({}, ITEM, 'a is missing'),
    ({'a': '1'}, ITEM, 'is no integer'),
    ({'a': True}, ITEM, 'is no integer'),
    ({'a': 1, 'b': 2}, ITEM, 'is no string or null'),
    ({'a': 1, 'c': ['z']}, ITEM, 'not one of'),
    ({'a': 1, 'd': 1}, ITEM, 'd is not described'),
    ({'a': 1, 'd': 1}, {**ITEM, 'additionalProperties': {'type': 'string'}}, 'is no string'),
    ({'anything': 1}, {'type': 'object'}, ''),
    (1, {'minimum': 3}, 'not understood'),
]


class Schema(unittest.TestCase):
    def test_what_does_not_fit_is_told(self) -> None:
        for value, rule, message in ROWS:
            with self.subTest(str(value)):
                found = '; '.join(schema.problems(value, rule, 'x'))
                self.assertTrue(message in found and bool(message) == bool(found), found)

    def test_every_schema_of_the_contract_is_understood(self) -> None:
        for name, rule in schema.SCHEMAS.items():
            with self.subTest(name):
                self.assertNotIn('not understood', '; '.join(schema.problems({}, rule, name)))

// Makes dashboard.schema.json from the types that Grafana publishes. In a folder of its own:
//   npm install @grafana/grafana-foundation-sdk@0.0.21 ts-json-schema-generator@2
//   node .../make-schema.mjs > .../dashboard.schema.json
import {execFileSync} from 'node:child_process';

const TYPES = 'node_modules/@grafana/grafana-foundation-sdk/dist';
// What the type of a dashboard leaves open, and where the types of that lie.
const KINDS = ['timeseries', 'stat', 'table', 'text'];

function definitions(name, type, prefix) {
  const json = execFileSync('npx', ['ts-json-schema-generator', '--no-type-check',
    '--path', `${TYPES}/${name}/types.gen.d.ts`, '--type', type], {encoding: 'utf8'});
  const renamed = json.replaceAll('"#/definitions/', `"#/definitions/${prefix}`);
  return Object.fromEntries(Object.entries(JSON.parse(renamed).definitions).map(([key, value]) => [prefix + key, value]));
}

function withoutDescriptions(value) {
  if (Array.isArray(value)) {
    return value.map(withoutDescriptions);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(Object.entries(value)
    .filter(([key, inner]) => key !== 'description' || typeof inner !== 'string')
    .map(([key, inner]) => [key, withoutDescriptions(inner)]));
}

const all = definitions('dashboard', 'Dashboard', '');
Object.assign(all, definitions('prometheus', '*', 'prometheus.'));
all.Dataquery = {$ref: '#/definitions/prometheus.Dataquery'};
all.Panel.allOf = KINDS.map((kind) => {
  const own = definitions(kind, '*', `${kind}.`);
  Object.assign(all, own);
  const then = {options: {$ref: `#/definitions/${kind}.Options`}};
  if (own[`${kind}.FieldConfig`]) {
    then.fieldConfig = {properties: {defaults: {properties: {custom: {$ref: `#/definitions/${kind}.FieldConfig`}}}}};
  }
  return {if: {properties: {type: {const: kind}}}, then: {properties: then}};
});
all.Panel.properties.type = {enum: KINDS};
console.log(JSON.stringify({
  $comment: 'Made by make-schema.mjs from @grafana/grafana-foundation-sdk 0.0.21 (Apache-2.0)',
  $schema: 'http://json-schema.org/draft-07/schema#',
  $ref: '#/definitions/Dashboard',
  definitions: withoutDescriptions(all),
}, null, 1));

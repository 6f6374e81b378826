// Makes schema.json from types of the Prometheus operator's resources. In a folder of its own:
//   npm install @kubernetes-models/prometheus-operator@6.0.0 ts-json-schema-generator@2
//   node .../make-schema.mjs > .../schema.json
import {execFileSync} from 'node:child_process';

const TYPES = 'node_modules/@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
const KINDS = ['PodMonitor', 'PrometheusRule'];

function definitions(kind) {
  const json = execFileSync('npx', ['ts-json-schema-generator', '--no-type-check',
    '--path', `${TYPES}/${kind}Spec.d.ts`, '--type', `I${kind}Spec`], {encoding: 'utf8'});
  return JSON.parse(json).definitions;
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

console.log(JSON.stringify({
  $comment: 'Made by make-schema.mjs from @kubernetes-models/prometheus-operator 6.0.0 (MIT)',
  oneOf: KINDS.map((kind) => ({
    properties: {
      apiVersion: {const: 'monitoring.coreos.com/v1'},
      kind: {const: kind},
      metadata: {type: 'object'},
      spec: {$ref: `#/definitions/I${kind}Spec`},
    },
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    additionalProperties: false,
  })),
  definitions: withoutDescriptions(Object.assign({}, ...KINDS.map(definitions))),
}, null, 1));

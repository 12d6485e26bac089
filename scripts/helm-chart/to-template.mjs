import { parseDocument } from 'yaml';

const SELECTOR = block('include "responses-proxy.selectorLabels" .');

/** These hold for every object: it is named after the release, and has the labels by which a release finds its own. */
const OF_ALL = [
  ['metadata.name', 'include "responses-proxy.fullname" .'],
  ['metadata.labels', block('include "responses-proxy.labels" .')],
];
const WHERE_THERE = [
  ['spec.selector', SELECTOR, 'Service'],
  ['spec.selector.matchLabels', SELECTOR],
  ['spec.podSelector.matchLabels', SELECTOR],
];

/** Marks an expression that stands for a whole mapping or list. */
export function block(expression) {
  return { expression };
}

/**
 * Puts Helm's expressions into a manifest as kustomize has it; its comments stay. A change is a path (`spec.rules.0.host`) with the
 * expression, without braces, that takes its place. The condition is the expression that decides whether the object is made.
 */
export function toTemplate(text, changes, condition) {
  const document = parseDocument(text);
  const expressions = [];
  for (const [path, expression, kind] of [...OF_ALL, ...WHERE_THERE, ...changes]) {
    const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const isMissing = WHERE_THERE.some(([known]) => known === path) && !document.hasIn(keys);
    if (isMissing || (kind !== undefined && document.get('kind') !== kind)) continue;
    document.setIn(keys, `HELM_EXPRESSION_${String(expressions.length)}`);
    expressions.push(expression);
  }
  const written = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  const filled = written.replace(
    /^(\s*(?:- )*)(.*?) ?HELM_EXPRESSION_(\d+)$/gm,
    (_, indent, key, index) => {
      const expression = expressions[Number(index)];
      if (typeof expression === 'string') return `${indent}${key} {{ ${expression} }}`;
      const depth = indent.length + 2;
      return `${indent}${key}\n${' '.repeat(depth)}{{- ${expression.expression} | nindent ${String(depth)} }}`;
    },
  );
  return condition === undefined ? filled : `{{- if ${condition} }}\n${filled}{{- end }}\n`;
}

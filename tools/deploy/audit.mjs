// What `npm audit` found, and which of it somebody has looked at and let stand for a while.

const SERIOUS = ['moderate', 'high', 'critical'];
const FIELDS = ['advisory', 'package', 'reason', 'until'];
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The serious findings in the answer of `npm audit --json`, each once. @throws Error when it is none, as without a registry that answers: what
 * was not looked at has no finding and is not clean
 */
export function findings(answer) {
  const { vulnerabilities, error, message } = JSON.parse(answer === '' ? '{}' : answer);
  if (vulnerabilities === undefined) throw new Error(`npm audit did not answer: ${error?.summary || message || 'nothing'}`);
  const found = new Map();
  for (const { name, via } of Object.values(vulnerabilities))
    for (const { url, severity, title } of via.filter((one) => typeof one === 'object'))
      if (SERIOUS.includes(severity)) found.set(`${url} ${name}`, { advisory: url, package: name, severity, title });
  return [...found.values()];
}

/** What is to be done about: findings without an exception, exceptions that have run out, that nothing is found for any more, or that say too little. */
export function problemsOf(found, exceptions, today) {
  const badly = exceptions.flatMap((exception, place) => {
    const missing = FIELDS.filter((field) => typeof exception[field] !== 'string' || exception[field].trim() === '');
    if (missing.length > 0) return [`exception ${place + 1} does not say its ${missing.join(', ')}`];
    return DATE.test(exception.until) ? [] : [`exception ${place + 1}: until is "${exception.until}", and no date`];
  });
  const isFor = (exception) => (finding) => finding.advisory === exception.advisory && finding.package === exception.package;
  const over = exceptions
    .filter(({ until }) => until < today)
    .map((one) => `${one.package}: the exception for ${one.advisory} ran out on ${one.until}`);
  const idle = exceptions
    .filter((one) => !found.some(isFor(one)))
    .map((one) => `${one.package}: nothing is found of ${one.advisory} any more; take its exception out`);
  const open = found
    .filter((finding) => !exceptions.some((one) => isFor(one)(finding)))
    .map((finding) => `${finding.package}: ${finding.severity}, ${finding.title} (${finding.advisory})`);
  return [...badly, ...open, ...over, ...idle];
}

import type { JSX } from 'react';
import { useReadiness } from '../api/queries.ts';
import { Asked } from '../parts/asked.tsx';
import { ReadinessGates } from '../parts/readiness-gates.tsx';
import { useRunName } from '../stream/run-context.tsx';
import { CommandForm } from './command-form.tsx';

/** Asks for a run to be armed, which takes a second person: what every gate says stands before the reason, and what is missing before that. */
export function ArmForm({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const readiness = useReadiness(useRunName());
  return (
    <CommandForm
      action="Ask for arming"
      tone="danger"
      isTyped
      commandOf={(given) => ({ kind: 'arm', ...given })}
      onClose={onClose}
    >
      <Asked query={readiness} waiting="Asking the gates…">
        {({ gates, isReady, date }) => {
          const missing = gates.filter(({ isMet }) => !isMet);
          return (
            <>
              <p className={isReady ? 'tone-good' : 'refusal'}>
                {isReady
                  ? `✓ All ${gates.length} gates are met: it may be armed for ${date}.`
                  : `✕ It may not be armed: ${missing.length} of ${gates.length} gates are not met, and nothing steps over one.`}
              </p>
              <ReadinessGates gates={gates} isShort />
            </>
          );
        }}
      </Asked>
    </CommandForm>
  );
}

import type { JSX, ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface WindowProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isUrgent?: boolean;
  readonly isWide?: boolean;
}

/** A window over the screen: it keeps the focus, Esc closes it, and the focus goes back to where it was. */
export const Window = ({ title, isOpen, onClose, children, isUrgent = false, isWide = false }: WindowProps): JSX.Element => (
  <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable>
    <Modal className={`window${isUrgent ? ' urgent' : ''}${isWide ? ' wide' : ''}`}>
      <Dialog role={isUrgent ? 'alertdialog' : 'dialog'} className="dialog">
        <Heading slot="title">{title}</Heading>
        {children}
      </Dialog>
    </Modal>
  </ModalOverlay>
);

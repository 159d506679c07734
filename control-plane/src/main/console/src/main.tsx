import '@patternfly/react-core/dist/styles/base.css';
import { createRoot } from 'react-dom/client';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(<h1>Muster</h1>);
}

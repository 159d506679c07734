import { Breadcrumb, BreadcrumbItem, Flex, FlexItem, PageBreadcrumb, PageSection, Title } from '@patternfly/react-core';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';
import { m } from '../i18n';

/** The head of a page: where it lies, what it is called, what can be done. Also names the browser's tab. */
export function PageHead({
  title,
  parent,
  text,
  marks,
  actions,
}: {
  title: string;
  parent?: { to: string; text: string };
  text?: string;
  marks?: ReactNode;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = title === m.product ? title : `${title} · ${m.product}`;
  }, [title]);

  return (
    <>
      {parent && (
        <PageBreadcrumb>
          <Breadcrumb>
            <BreadcrumbItem render={({ className }) => <Link to={parent.to} className={className}>{parent.text}</Link>} />
            <BreadcrumbItem isActive>{title}</BreadcrumbItem>
          </Breadcrumb>
        </PageBreadcrumb>
      )}
      <PageSection>
        <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }} alignItems={{ default: 'alignItemsCenter' }}>
          <FlexItem>
            <Flex gap={{ default: 'gapMd' }} alignItems={{ default: 'alignItemsCenter' }}>
              <Title headingLevel="h1">{title}</Title>
              {marks}
            </Flex>
            {text && <p className="muster-quiet">{text}</p>}
          </FlexItem>
          {actions && <FlexItem>{actions}</FlexItem>}
        </Flex>
      </PageSection>
    </>
  );
}

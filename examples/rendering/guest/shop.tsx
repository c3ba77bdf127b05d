// The page of a shop, of React Bootstrap's components.
import type { ReactElement } from "react";
import {
  Accordion,
  Alert,
  Badge,
  Button,
  Card,
  Col,
  Container,
  Form,
  ListGroup,
  Nav,
  Navbar,
  ProgressBar,
  Row,
  Table,
} from "react-bootstrap";

/** What the page shows. */
export interface Shop {
  readonly title: string;
  readonly notice?: string;
  readonly products: readonly {
    readonly name: string;
    readonly price: number;
    readonly stock: number;
    readonly tags: readonly string[];
  }[];
}

const LOW = 5;
const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "EUR" });

export function Page({ shop: { title, notice, products } }: { readonly shop: Shop }): ReactElement {
  return (
    <>
      <Navbar bg="light" expand="lg">
        <Container>
          <Navbar.Brand href="/">{title}</Navbar.Brand>
          <Nav defaultActiveKey="/products">
            <Nav.Link href="/products">Products</Nav.Link>
            <Nav.Link href="/cart">Cart</Nav.Link>
          </Nav>
        </Container>
      </Navbar>
      <Container className="py-4">
        {notice === undefined ? null : <Alert variant="warning">{notice}</Alert>}
        <Row xs={1} md={3} className="g-4">
          {products.map(({ name, price, stock, tags }) => (
            <Col key={name}>
              <Card>
                <Card.Body>
                  <Card.Title>
                    {name} {stock < LOW ? <Badge bg="danger">last {stock}</Badge> : null}
                  </Card.Title>
                  <Card.Text>{money.format(price)}</Card.Text>
                  <ListGroup horizontal>
                    {tags.map((tag) => (
                      <ListGroup.Item key={tag}>{tag}</ListGroup.Item>
                    ))}
                  </ListGroup>
                  <ProgressBar now={stock} max={100} label={`${stock} left`} />
                  <Button disabled={stock === 0}>Add</Button>
                </Card.Body>
              </Card>
            </Col>
          ))}
        </Row>
        <Table striped bordered className="mt-4">
          <tbody>
            <tr>
              <th>Worth of the stock</th>
              <td>{money.format(products.reduce((sum, { price, stock }) => sum + price * stock, 0))}</td>
            </tr>
          </tbody>
        </Table>
        <Accordion defaultActiveKey="terms">
          <Accordion.Item eventKey="terms">
            <Accordion.Header>Terms</Accordion.Header>
            <Accordion.Body>
              <Form.Check type="checkbox" id="agree" label="I agree" />
            </Accordion.Body>
          </Accordion.Item>
        </Accordion>
      </Container>
    </>
  );
}

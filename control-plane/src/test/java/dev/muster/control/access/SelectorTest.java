package dev.muster.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    @Test
    void emptyTextSelectsAll() {
        assertThat(Selector.parse("  ").selectsAll()).isTrue();
        assertThat(Selector.parse("").where("d", "q_")).isEqualTo(SqlFragment.TRUE);
    }

    @Test
    void valuesNeverBecomePartOfTheStatement() {
        SqlFragment sql = Selector.parse("name=='x\"; drop table device; --'").where("d", "q_");

        assertThat(sql.sql()).isEqualTo("(d.name = :q_0)");
        assertThat(sql.binds()).containsEntry("q_0", "x\"; drop table device; --");
    }

    @Test
    void andBindsTighterThanOr() {
        SqlFragment sql = Selector.parse("id==a,id==b;hardware==c").where("d", "q_");

        assertThat(sql.sql()).isEqualTo("((d.id = :q_0) or ((d.id = :q_1) and (d.hardware = :q_2)))");
    }

    @Test
    void aStarMatchesAnythingAndOtherPatternCharactersMatchThemselves() {
        SqlFragment sql = Selector.parse("name==pump_*%").where("d", "q_");

        assertThat(sql.sql()).contains("like :q_0");
        assertThat(sql.binds()).containsEntry("q_0", "pump\\_%\\%");
    }

    @Test
    void factsAreComparedAsNumbersWhereOrderMatters() {
        SqlFragment sql = Selector.parse("fact.os.api>=12").where("d", "q_");

        assertThat(sql.sql()).contains("b.num >= :q_2");
        assertThat(sql.binds()).containsEntry("q_0", "os.api").containsEntry("q_2", 12.0);
    }

    @Test
    void aliasAndPrefixKeepTwoFragmentsApart() {
        Selector selector = Selector.parse("tag=in=(a,b)");

        assertThat(selector.where("x", "one_").binds()).containsOnlyKeys("one_0", "one_1");
        assertThat(selector.where("x", "two_").sql()).contains("x.tenant").contains(":two_0");
    }

    @Test
    void bothSelectorsHoldWhenJoined() {
        SqlFragment sql = Selector.parse("id==a,id==b")
                .and(Selector.parse("site==north,site==south"))
                .where("d", "q_");

        assertThat(sql.sql()).startsWith("(((d.id").contains(") and (");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            colour==red             | expected one of the fields            | 1
            site==a;colour==red     | found `colour`                        | 9
            site==a;site==b;sit==c  | did you mean `site`?                  | 17
            tagg==a                 | did you mean `tag`?                   | 1
            status==broken          | found `broken`                        | 9
            site==a,online==maybe   | expected true or false                | 17
            fact.api=gt=new         | expected a number or a version        | 13
            fact.==1                | expected a key                        | 1
            name=gt=a               | expected ==, !=                       | 5
            name=gt=a               | which is a text, found `>`            | 5
            image>newest            | expected a number or a version        | 7
            site==a,document==late  | one of inStep, differs, behind, away, unasked | 19
            document>away           | expected ==, !=                       | 9
            lastSeen<yesterday      | expected a time such as               | 10
            tag=in=(a,b             | expected `,` or `)`, found the end    | 12
            tag==(a,b)              | a list needs =in= or =out=            | 6
            site==                  | expected a value, found the end       | 7
            site==a;                | expected a field such as              | 9
            site                    | expected an operator such as ==       | 5
            site=like=a             | found `=like=`                        | 5
            site==a b               | expected `;` (and), `,` (or)          | 9
            (site==a                | expected `)`, found the end           | 9
            site=='a                | expected a closing quote              | 9
            tag=under=a             | expected ==, !=, =in= or =out=        | 4
            """)
    void errorsPointAtTheToken(String text, String message, int position) {
        assertThatThrownBy(() -> Selector.parse(text)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.code()).isEqualTo(ProblemCode.INVALID_SELECTOR);
            assertThat(e.detail()).contains(message);
            assertThat(e.extensions()).containsEntry("position", position);
        });
    }

    @Test
    void saysWhichFieldsItAsksForAndAFieldThatStandsForAFactIsThatFact() {
        assertThat(Selector.parse("site==a;(api>=12,fact.os.name==x);meta.owner!=y")
                        .fields())
                .containsExactly("fact.os.apiVersion", "fact.os.name", "meta.owner", "site");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            site==a;online==true      | `online`, which changes as time goes by | 9
            document==away            | `document`                              | 1
            lastSeen>P1D              | `lastSeen`                              | 1
            tag==a;enrolledAt>P30D    | `P30D`, which moves as time goes by     | 19
            """)
    void whatChangesWithTimeAloneIsNamedWithItsPlace(String text, String message, int position) {
        Selector selector = Selector.parse(text);

        assertThatThrownBy(selector::timeless).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.detail()).contains(message);
            assertThat(e.extensions()).containsEntry("position", position);
        });
    }

    @Test
    void aPointInTimeIsTimeless() {
        assertThat(Selector.parse("enrolledAt>2026-01-01T00:00:00Z").timeless().text())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", ")", "a", "==", ";", "site==a;", "site==(a", "\u0000==1", "site=='a", "fact.==1"})
    void whatCannotBeReadIsAProblemAndNothingElse(String text) {
        assertThatThrownBy(() -> Selector.parse(text)).isInstanceOf(ProblemException.class);
    }

    @Test
    void deepNestingAndLongTextsAreRefused() {
        String deep = "(".repeat(200) + "id==a" + ")".repeat(200);

        assertThatThrownBy(() -> Selector.parse(deep)).hasMessageContaining("nested");
        assertThatThrownBy(() -> Selector.parse("id==" + "a".repeat(3_000))).hasMessageContaining("at most");
        assertThatThrownBy(() -> Selector.parse("id==a" + ",id==a".repeat(60))).hasMessageContaining("comparisons");
    }
}
